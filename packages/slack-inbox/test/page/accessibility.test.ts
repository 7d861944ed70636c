import { expect, test, vi } from 'vitest'
import { startInbox } from '../../src/index.ts'
import type { Inbox } from '../../src/index.ts'
import { call } from '../call.ts'
import { violations } from './accessibility.ts'
import { blockKinds } from './block-kinds.ts'
import { describeInChromium, openPage, pageTimeout } from './open-page.ts'

vi.setConfig({ testTimeout: 60_000 })

describeInChromium('the page with assistive technology', () => {
  test.each(['light', 'dark'] as const)(
    'axe finds no violations in channel, thread, dialog, search and panels, %s',
    async (colorScheme) => {
      await using inbox = await startInbox({ rateLimit: false })
      await fill(inbox)
      await using opened = await openPage(inbox, {
        colorScheme,
        viewport: { width: 1280, height: 5000 },
      })
      const { page } = opened

      await page.getByRole('button', { name: '1 reply' }).click()
      await page.getByRole('complementary').getByText('a reply').waitFor()
      expect(await violations(page)).toEqual([])
      await page.getByRole('button', { name: /hint/ }).first().click()
      await page.getByRole('dialog').waitFor()
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Escape')
      await page.getByRole('searchbox').fill('reply')
      await page.getByText('1 message', { exact: true }).waitFor()
      expect(await violations(page)).toEqual([])
      await page.getByRole('button', { name: 'Fail Slack' }).click()
      await page.getByRole('button', { name: 'Slow' }).click()
      await page.getByText('hit 0×').waitFor()
      expect(await violations(page)).toEqual([])
      await page.getByRole('button', { name: 'Requests' }).click()
      await page.locator('summary').first().click()
      expect(await violations(page)).toEqual([])
      await page.getByRole('button', { name: 'random' }).click()
      await page.getByText('Nothing in #random yet').waitFor()
      expect(await violations(page)).toEqual([])
    },
  )

  test('a new message is announced to screen readers', async () => {
    await using inbox = await startInbox()
    await using opened = await openPage(inbox)

    await call(inbox, 'chat.postMessage', { channel: 'errors', text: 'payment failed' })

    const announced = opened.page.getByRole('status').filter({ hasText: 'New in' })
    await expect
      .poll(() => announced.textContent(), pageTimeout)
      .toBe('New in #errors: payment failed')
  })
})

async function fill(inbox: Inbox): Promise<void> {
  for (const { block } of blockKinds)
    await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'x', blocks: [block] })
  const root = await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'root <!here>' })
  const { channel, ts } = root
  await call(inbox, 'chat.postMessage', { channel, thread_ts: ts, text: 'a reply' })
  await call(inbox, 'chat.update', { channel, ts, text: 'root, edited <!here>' })
  await call(inbox, 'chat.postMessage', { channel: 'alerts', text: '' })
}
