import { setTimeout } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { startInbox } from '../../src/index.ts'
import type { Inbox } from '../../src/index.ts'
import { call } from '../call.ts'
import { describeInChromium, openPage, patiently } from './open-page.ts'

vi.setConfig({ testTimeout: 60_000 })

describeInChromium('many messages on the page', () => {
  test('of 10,000 messages only those in sight are rendered, and the first and the last are a key away', async () => {
    await using inbox = await startInbox({ rateLimit: false })
    await postMany(inbox, 10_000)
    await using opened = await openPage(inbox)
    const { page } = opened
    const articles = page.getByRole('article')

    await articles.getByText('message 9999.', { exact: true }).waitFor()
    await expect.poll(() => articles.last().getAttribute('aria-setsize'), patiently).toBe('10000')
    expect(await articles.count()).toBeLessThan(60)
    await articles.last().focus()
    await page.keyboard.press('Home')
    await articles.getByText('message 0.', { exact: true }).waitFor()
    await expect
      .poll(() => page.locator(':focus').getAttribute('aria-posinset'), patiently)
      .toBe('1')
    await page.keyboard.press('End')

    await articles.getByText('message 9999.', { exact: true }).waitFor()
    expect(await articles.count()).toBeLessThan(60)
  })

  test('a reader at the end stays there as messages come, and one further up is left alone', async () => {
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
    await expect.poll(() => articles.first().getAttribute('aria-setsize'), patiently).toBe('102')

    expect(await articles.getByText('message 0.', { exact: true }).isVisible()).toBe(true)
    expect(await articles.getByText('not seen yet').count()).toBe(0)
  })

  test('a reader who leaps to the top in a flood is not thrown back to its end', async () => {
    await using inbox = await startInbox({ rateLimit: false })
    await postMany(inbox, 300)
    await using opened = await openPage(inbox)
    const { page } = opened
    const articles = page.getByRole('article')
    await articles.getByText('message 299.', { exact: true }).waitFor()

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

  test('a reader who scrolls up bit by bit in a flood leaves its end, and can come back to it', async () => {
    await using inbox = await startInbox({ rateLimit: false })
    await postMany(inbox, 300)
    await using opened = await openPage(inbox)
    const { page } = opened
    await page.getByRole('article').getByText('message 299.', { exact: true }).waitFor()
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

  test('what is older than the newest 10,000 comes when it is asked for', async () => {
    await using inbox = await startInbox({ rateLimit: false })
    await postMany(inbox, 10_010)
    await using opened = await openPage(inbox)
    const { page } = opened
    const articles = page.getByRole('article')
    await articles.getByText('message 10009.', { exact: true }).waitFor()

    await page.getByRole('button', { name: '10 earlier messages' }).click()
    await expect.poll(() => articles.last().getAttribute('aria-setsize'), patiently).toBe('10010')
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
        { type: 'context', elements: [{ type: 'mrkdwn', text: '*why*: seen for the first time' }] },
      ],
    })
}

/** Posts a message every few milliseconds for as long as `action` takes. */
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

/** Waits until the page knows so many messages more. */
async function untilMore(page: Page, count: number): Promise<void> {
  const size = async (): Promise<number> =>
    Number(await page.getByRole('article').last().getAttribute('aria-setsize'))
  const before = await size()
  await expect.poll(size, patiently).toBeGreaterThan(before + count)
}

/** How far from the end of the list the reader is. */
function pixelsToEnd(page: Page): Promise<number> {
  return page
    .locator('.scroller')
    .evaluate(
      ({ scrollHeight, clientHeight, scrollTop }) => scrollHeight - clientHeight - scrollTop,
    )
}
