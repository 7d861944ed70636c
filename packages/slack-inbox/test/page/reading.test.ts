import { expect, test, vi } from 'vitest'
import { startInbox } from '../../src/index.ts'
import type { Inbox } from '../../src/index.ts'
import { call } from '../call.ts'
import { describeInChromium, openPage, pageTimeout } from './open-page.ts'

vi.setConfig({ testTimeout: 60_000 })

describeInChromium('reading the page', () => {
  test('a thread opens beside its channel, closes again, and Back reopens it', async () => {
    await using inbox = await startInbox()
    await postIncident(inbox)
    await using opened = await openPage(inbox)
    const { page } = opened

    await page.getByRole('button', { name: '3 replies' }).click()
    const thread = page.getByRole('complementary', { name: 'Thread' })
    await thread.getByText('the stack').waitFor()
    expect(await thread.getByRole('article').count()).toBe(4)
    await page.keyboard.press('Escape')
    await thread.waitFor({ state: 'detached' })
    await page.goBack()

    await thread.getByText('the stack').waitFor()
  })

  test('a broadcast reply is in the channel too and links to its root', async () => {
    await using inbox = await startInbox()
    await postIncident(inbox)
    await using opened = await openPage(inbox)

    const broadcast = opened.page.getByRole('article', { name: /100 times/ })
    await broadcast.getByRole('button', { name: 'payment failed' }).click()

    await opened.page.getByRole('complementary').getByText('the stack').waitFor()
    expect(await opened.page.getByRole('feed').first().getByText('the stack').count()).toBe(0)
  })

  test('a permalink opens its message, also in a thread', async () => {
    await using inbox = await startInbox()
    const { channel, replies } = await postIncident(inbox)
    const query = new URLSearchParams({ channel, message_ts: replies[0] ?? '' })
    const response = await inbox.fetch(`${inbox.apiUrl}chat.getPermalink?${query.toString()}`, {
      headers: { authorization: `Bearer ${inbox.token}` },
    })
    const { permalink } = (await response.json()) as { permalink: string }

    await using opened = await openPage(inbox, { path: permalink.slice(inbox.pageUrl.length) })

    await expect
      .poll(() => opened.page.locator('.target .text').innerText(), pageTimeout)
      .toBe('the stack')
  })

  test('a search finds words in blocks and texts of all channels, and its results open the message', async () => {
    await using inbox = await startInbox()
    await postIncident(inbox)
    await call(inbox, 'chat.postMessage', {
      channel: 'random',
      text: 'x',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Needle in a *haystack*' } }],
    })
    await using opened = await openPage(inbox)
    const { page } = opened

    await page.keyboard.press('/')
    await page.keyboard.type('haystack NEEDLE')
    await page.getByText('1 message', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'in #random' }).click()

    await page.getByRole('heading', { name: '# random' }).waitFor()
    await expect
      .poll(() => page.locator('.target .text').innerText(), pageTimeout)
      .toBe('Needle in a haystack')
  })

  test('messages in another channel are unread until it is opened', async () => {
    await using inbox = await startInbox()
    await postIncident(inbox)
    await using opened = await openPage(inbox, { path: 'archives/C0ALERTS001' })
    const { page } = opened
    await page.getByRole('article').first().waitFor()

    await call(inbox, 'chat.postMessage', { channel: 'errors', text: 'elsewhere' })
    await page.getByRole('button', { name: 'errors 1 new' }).click()

    await page.getByRole('article').getByText('elsewhere').waitFor()
    expect(await page.getByText('1 new').count()).toBe(0)
  })

  test('everything can be reached with the keyboard', async () => {
    await using inbox = await startInbox()
    await postIncident(inbox)
    await using opened = await openPage(inbox, { path: 'archives/C0ALERTS001' })
    const { page } = opened
    const focused = page.locator(':focus')
    await page.getByRole('article').first().waitFor()

    await page.getByRole('article').last().focus()
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => focused.getAttribute('aria-posinset'), pageTimeout).toBe('1')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused.getAttribute('aria-label'), pageTimeout).toBe('Close thread')
    await page.keyboard.press('Escape')
    await expect.poll(() => focused.getAttribute('aria-posinset'), pageTimeout).toBe('1')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await expect.poll(() => focused.textContent(), pageTimeout).toBe('Thread')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')

    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await focused.textContent()).toBe('JSON')
  })

  test('on a phone nothing is wider than the screen, and a tap opens the channels', async () => {
    await using inbox = await startInbox()
    await postIncident(inbox)
    await call(inbox, 'chat.postMessage', {
      channel: 'alerts',
      text: `\`\`\`${'x'.repeat(500)}\`\`\` https://a.example/${'y'.repeat(300)}`,
    })
    await using opened = await openPage(inbox, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    })
    const { page } = opened
    await page.getByRole('article').first().waitFor()

    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - innerWidth',
    )
    expect(overflow).toBeLessThanOrEqual(0)
    await page.getByRole('button', { name: 'Channels' }).tap()
    await page.getByRole('button', { name: 'random' }).tap()
    await page.getByText('Nothing in #random yet').waitFor()
  })

  test.each([
    ['light', 'rgb(255, 255, 255)'],
    ['dark', 'rgb(26, 29, 33)'],
  ] as const)(
    'the page is %s like the system, until the reader chooses a theme',
    async (scheme, color) => {
      await using inbox = await startInbox()
      await using opened = await openPage(inbox, { colorScheme: scheme })
      const { page } = opened
      const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
      expect(await background()).toBe(color)

      await page.getByRole('button', { name: 'Theme: auto' }).click()
      await page.getByRole('button', { name: 'Theme: light' }).click()
      await page.reload()

      await page.getByRole('button', { name: 'Theme: dark' }).waitFor()
      expect(await background()).toBe('rgb(26, 29, 33)')
    },
  )

  test('the page shows a lost connection, and continues after reconnecting', async () => {
    const first = await startInbox()
    const port = Number(new URL(first.pageUrl).port)
    await postIncident(first)
    await using opened = await openPage(first)
    const { page } = opened
    await page.getByRole('article').first().waitFor()

    await first.close()
    await page.getByRole('alert').getByText('The inbox does not respond').waitFor()
    expect(await page.getByRole('article').count()).toBeGreaterThan(0)
    await using second = await startInbox({ port })
    await call(second, 'chat.postMessage', { channel: 'alerts', text: 'back again' })

    await page.getByRole('article').getByText('back again').waitFor()
    await page.getByRole('alert').waitFor({ state: 'detached' })
  })

  test('a chosen fault affects the next request, and the page shows the failure', async () => {
    await using inbox = await startInbox()
    await using opened = await openPage(inbox)
    const { page } = opened

    await page.getByRole('button', { name: 'Fail Slack' }).click()
    await page.getByLabel('How often').selectOption('once')
    await page.getByRole('button', { name: 'Rate limit' }).click()
    await page.getByText('hit 0×').waitFor()
    const failed = await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'first' })
    const accepted = await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'second' })

    expect([failed, accepted]).toMatchObject([{ ok: false, error: 'ratelimited' }, { ok: true }])
    await page.getByText('No fault is active.').waitFor()
    await page.getByRole('button', { name: 'Requests 1 failed' }).click()
    await page.getByText('✗ 429').waitFor()
    await page.getByText('because of a fault').waitFor()
  })
})

/** A root, its stack, a broadcast milestone and another reply. */
async function postIncident(inbox: Inbox): Promise<{ channel: string; replies: string[] }> {
  const root = await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'payment failed' })
  const thread = { channel: root.channel ?? '', thread_ts: root.ts }
  const replies: string[] = []
  for (const reply of [
    { text: 'the stack' },
    { text: '100 times', reply_broadcast: true },
    { text: 'a note' },
  ])
    replies.push((await call(inbox, 'chat.postMessage', { ...thread, ...reply })).ts ?? '')
  return { channel: thread.channel, replies }
}
