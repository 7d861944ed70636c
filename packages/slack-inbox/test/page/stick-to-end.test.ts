import { setTimeout } from 'node:timers/promises'
import type { Locator, Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { startInbox } from '../../src/index.ts'
import type { Inbox } from '../../src/index.ts'
import { call } from '../call.ts'
import { describeInChromium, openPage, pageTimeout } from './open-page.ts'

vi.setConfig({ testTimeout: 60_000 })

describeInChromium('a reader at the end of a list', () => {
  test('stays at the top after jumping there during a flood', async () => {
    await using reader = await openAtEnd(300)
    const { inbox, page } = reader
    const articles = page.getByRole('article')

    await duringFlood(inbox, async () => {
      await untilMore(page, 20)
      expect(await pixelsToEnd(page)).toBeLessThan(100)
      await page.locator('.scroller').evaluate((scroller) => {
        scroller.scrollTop = 0
      })
      await untilMore(page, 50)
    })

    expect(await articles.first().getAttribute('aria-posinset')).toBe('1')
    expect(await articles.getByText('message 0.', { exact: true }).isVisible()).toBe(true)
  })

  test('leaves the end by scrolling up step by step during a flood, and can return', async () => {
    await using reader = await openAtEnd(300)
    const { inbox, page } = reader
    await page.locator('.scroller').hover()

    await duringFlood(inbox, async () => {
      for (let step = 0; step < 40; step += 1) await page.mouse.wheel(0, -25)
      await untilMore(page, 50)
      expect(await pixelsToEnd(page)).toBeGreaterThan(1000)
      await page.locator('.scroller').evaluate((scroller) => {
        scroller.scrollTop = scroller.scrollHeight
      })
      await untilMore(page, 50)
    })

    expect(await pixelsToEnd(page)).toBeLessThan(100)
  })

  test('leaves the end by scrolling up a single pixel during a flood', async () => {
    await using reader = await openAtEnd(300)
    const { inbox, page } = reader
    await page.locator('.scroller').hover()

    await duringFlood(inbox, async () => {
      for (let step = 0; step < 10; step += 1) await page.mouse.wheel(0, -1)
      await untilMore(page, 50)
    })

    expect(await pixelsToEnd(page)).toBeGreaterThan(1000)
  })

  test('sees folded text expand downward, and stays there', async () => {
    const text = Array.from({ length: 80 }, (_, index) => `line ${index}`).join('\n')
    await using reader = await openAtEnd(30, { text: 'fold', attachments: [{ text }] })
    const { inbox, page } = reader
    const line = page.getByRole('article').filter({ hasText: 'fold' }).getByText('line 0')
    const before = await line.boundingBox()

    await press(page.getByRole('button', { name: 'Show more' }).last())
    await page.getByRole('button', { name: 'Show less' }).waitFor()
    await page.getByText('line 79').waitFor()
    await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'later' })
    await untilSize(page, 32)

    expect((await line.boundingBox())?.y).toBeCloseTo(before?.y ?? 0, -1)
  })

  test('still follows new messages after a click that expands nothing', async () => {
    await using reader = await openAtEnd(30)
    const { inbox, page } = reader
    await press(page.getByRole('article').getByText('message 29.', { exact: true }))
    await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'later' })
    await untilSize(page, 31)

    await expect.poll(() => pixelsToEnd(page), pageTimeout).toBeLessThan(3)
  })

  test('stays at the end when the window gets shorter', async () => {
    await using reader = await openAtEnd(30)
    const { inbox, page } = reader

    await page.setViewportSize({ width: 1280, height: 500 })

    await expect.poll(() => pixelsToEnd(page), pageTimeout).toBeLessThan(3)
    await page.mouse.move(700, 300)
    await page.mouse.wheel(0, 30)
    await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'later' })
    await untilSize(page, 31)
    await expect.poll(() => pixelsToEnd(page), pageTimeout).toBeLessThan(3)
  })

  test('of a thread that fits follows new replies', async () => {
    await using inbox = await startInbox({ rateLimit: false })
    const { ts } = await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'root' })
    const reply = (text: string) =>
      call(inbox, 'chat.postMessage', { channel: 'alerts', thread_ts: ts, text })
    await reply('reply 0')
    await using opened = await openPage(inbox)
    const { page } = opened
    await page.getByRole('button', { name: '1 reply' }).click()
    const thread = page.getByRole('complementary', { name: 'Thread' })
    await thread.getByText('reply 0').waitFor()

    for (let index = 1; index < 40; index += 1) await reply(`reply ${index}`)

    await expect
      .poll(() => thread.getByRole('article').last().getAttribute('aria-setsize'), pageTimeout)
      .toBe('41')
    await expect.poll(() => thread.getByText('reply 39').isVisible(), pageTimeout).toBe(true)
    await expect.poll(() => pixelsToEnd(page, '.thread .scroller'), pageTimeout).toBeLessThan(3)
  })
})

interface Reader extends AsyncDisposable {
  readonly inbox: Inbox
  readonly page: Page
}

/** Opens a channel with `count` messages, and `last` if it is given, at its end. */
async function openAtEnd(count: number, last?: object): Promise<Reader> {
  const inbox = await startInbox({ rateLimit: false })
  const messages: object[] = Array.from({ length: count }, (_, index) => ({
    text: `message ${index}.`,
  }))
  if (last !== undefined) messages.push(last)
  for (const message of messages)
    await call(inbox, 'chat.postMessage', { channel: 'alerts', ...message })
  const opened = await openPage(inbox)
  await untilSize(opened.page, messages.length)
  await expect.poll(() => pixelsToEnd(opened.page), pageTimeout).toBeLessThan(3)
  return {
    inbox,
    page: opened.page,
    [Symbol.asyncDispose]: async () => {
      await opened[Symbol.asyncDispose]()
      await inbox.close()
    },
  }
}

/** Posts a message every few milliseconds while `action` runs. */
async function duringFlood(inbox: Inbox, action: () => Promise<void>): Promise<void> {
  const end = new AbortController()
  const posting = (async () => {
    for (let index = 0; !end.signal.aborted; index += 1) {
      await call(inbox, 'chat.postMessage', { channel: 'alerts', text: `flood ${index}.` })
      await setTimeout(5)
    }
  })()
  try {
    await action()
  } finally {
    end.abort()
    await posting
  }
}

/** Clicks without Playwright's scrolling, which the page would take for the reader's. */
async function press(locator: Locator): Promise<void> {
  await locator.dispatchEvent('click')
}

/** Waits until the page has `count` more messages. */
async function untilMore(page: Page, count: number): Promise<void> {
  const size = async (): Promise<number> =>
    Number(await page.getByRole('article').last().getAttribute('aria-setsize'))
  const before = await size()
  await expect.poll(size, pageTimeout).toBeGreaterThan(before + count)
}

/** Waits until the page has `size` messages. */
async function untilSize(page: Page, size: number): Promise<void> {
  const last = page.getByRole('article').last()
  await expect.poll(() => last.getAttribute('aria-setsize'), pageTimeout).toBe(String(size))
}

/** How far from the end of a list the reader is. */
function pixelsToEnd(page: Page, scroller = '.scroller'): Promise<number> {
  return page
    .locator(scroller)
    .evaluate(
      ({ scrollHeight, clientHeight, scrollTop }) => scrollHeight - clientHeight - scrollTop,
    )
}
