import { expect, test, vi } from 'vitest'
import { startInbox } from '../../src/index.ts'
import type { Inbox } from '../../src/index.ts'
import { call } from '../call.ts'
import { describeInChromium, openPage, pageTimeout } from './open-page.ts'

vi.setConfig({ testTimeout: 60_000 })

describeInChromium('many messages on the page', () => {
  test('of 10,000 messages only the visible ones are rendered, and Home and End reach the first and the last', async () => {
    await using inbox = await startInbox({ rateLimit: false })
    await postMany(inbox, 10_000)
    await using opened = await openPage(inbox)
    const { page } = opened
    const articles = page.getByRole('article')

    await articles.getByText('message 9999.', { exact: true }).waitFor()
    await expect.poll(() => articles.last().getAttribute('aria-setsize'), pageTimeout).toBe('10000')
    expect(await articles.count()).toBeLessThan(60)
    await articles.last().focus()
    await page.keyboard.press('Home')
    await articles.getByText('message 0.', { exact: true }).waitFor()
    await expect
      .poll(() => page.locator(':focus').getAttribute('aria-posinset'), pageTimeout)
      .toBe('1')
    await page.keyboard.press('End')

    await articles.getByText('message 9999.', { exact: true }).waitFor()
    expect(await articles.count()).toBeLessThan(60)
  })

  test('new messages scroll for a reader at the end, but not for one further up', async () => {
    await using inbox = await startInbox({ rateLimit: false })
    await postMany(inbox, 100)
    await using opened = await openPage(inbox)
    const { page } = opened
    const articles = page.getByRole('article')
    await articles.getByText('message 99.', { exact: true }).waitFor()

    await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'seen at once' })
    await articles.getByText('seen at once').waitFor()
    await articles.last().focus()
    await page.keyboard.press('Home')
    await articles.getByText('message 0.', { exact: true }).waitFor()
    await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'not seen yet' })
    await expect.poll(() => articles.first().getAttribute('aria-setsize'), pageTimeout).toBe('102')

    expect(await articles.getByText('message 0.', { exact: true }).isVisible()).toBe(true)
    expect(await articles.getByText('not seen yet').count()).toBe(0)
  })

  test('messages older than the newest 10,000 are loaded on request', async () => {
    await using inbox = await startInbox({ rateLimit: false })
    await postMany(inbox, 10_010)
    await using opened = await openPage(inbox)
    const { page } = opened
    const articles = page.getByRole('article')
    await articles.getByText('message 10009.', { exact: true }).waitFor()

    await page.getByRole('button', { name: '10 earlier messages' }).click()
    await expect.poll(() => articles.last().getAttribute('aria-setsize'), pageTimeout).toBe('10010')
    await articles.last().focus()
    await page.keyboard.press('Home')

    await articles.getByText('message 0.', { exact: true }).waitFor()
  })
})

async function postMany(inbox: Inbox, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1)
    await call(inbox, 'chat.postMessage', {
      channel: 'alerts',
      text: `message ${index}.`,
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: `message ${index}.` } },
        { type: 'context', elements: [{ type: 'mrkdwn', text: '*New* · next alert at 10' }] },
      ],
    })
}
