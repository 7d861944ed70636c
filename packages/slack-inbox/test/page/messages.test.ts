import { expect, test, vi } from 'vitest'
import { startInbox } from '../../src/index.ts'
import { call } from '../call.ts'
import { blockKinds } from './block-kinds.ts'
import { describeInChromium, openPage, pageTimeout } from './open-page.ts'

vi.setConfig({ testTimeout: 60_000 })

describeInChromium('messages on the page', () => {
  test('shows every kind of block, and loads nothing', async () => {
    await using inbox = await startInbox({ rateLimit: false })
    for (const { block } of blockKinds)
      expect(
        await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'x', blocks: [block] }),
      ).toMatchObject({ ok: true })

    await using opened = await openPage(inbox, { viewport: { width: 1280, height: 6000 } })

    for (const [index, { block, shows }] of blockKinds.entries()) {
      const message = opened.page.getByRole('article').nth(index)
      await message.locator(`.block-${block.type}`).first().waitFor()
      for (const shown of shows) await message.getByText(shown).first().waitFor()
      expect(await message.getByText('"type"').count()).toBe(0)
    }
    expect(opened.consoleErrors).toEqual([])
    expect(opened.foreignRequests).toEqual([])
  })

  test('an attachment has its color bar, and long text in it is folded', async () => {
    await using inbox = await startInbox()
    await call(inbox, 'chat.postMessage', {
      channel: 'alerts',
      text: 'see below',
      attachments: [
        {
          color: '#ff0000',
          title: 'The title',
          title_link: 'https://a.example',
          text: 'a line\n'.repeat(9),
          fields: [{ title: 'Host', value: '*web-1*', short: true }],
          footer: 'the footer',
        },
        {
          color: 'good',
          blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'in green' } }],
        },
      ],
    })

    await using opened = await openPage(inbox)

    const bars = opened.page.locator('.attachment-bar')
    await bars.last().waitFor()
    const colors = await opened.page.evaluate(
      `[...document.querySelectorAll('.attachment-bar')].map((bar) => getComputedStyle(bar).backgroundColor)`,
    )
    expect(colors).toEqual(['rgb(255, 0, 0)', 'rgb(46, 184, 134)'])
    const more = opened.page.getByRole('button', { name: 'Show more' })
    const folded = await opened.page.locator('.folded').boundingBox()
    await more.click()
    await opened.page.getByRole('button', { name: 'Show less' }).waitFor()
    const open = await opened.page.locator('.attachment .text').first().boundingBox()
    expect(open?.height).toBeGreaterThan(folded?.height ?? Infinity)
  })

  test('a message without blocks shows its text, and who it would notify', async () => {
    await using inbox = await startInbox()
    await call(inbox, 'chat.postMessage', {
      channel: 'alerts',
      text: '*boom* <!here> <@U0ADA00001>',
    })

    await using opened = await openPage(inbox)

    const message = opened.page.getByRole('article')
    await message.getByText('🔔 would notify @here: ada, grace').waitFor()
    expect(await message.locator('.block, .text').innerText()).toBe('boom @here @ada')
    expect(await message.locator('.text strong').innerText()).toBe('boom')
  })

  test('a new message appears, and an edit changes it in place and keeps the earlier version', async () => {
    await using inbox = await startInbox()
    await using opened = await openPage(inbox, { path: 'archives/C0ALERTS001' })
    const { page } = opened
    await page.getByText('Nothing in #alerts yet').waitFor()

    const { ts, channel } = await call(inbox, 'chat.postMessage', {
      channel: 'alerts',
      text: 'count 1',
    })
    await page.getByRole('article').getByText('count 1').waitFor()
    await call(inbox, 'chat.update', { channel, ts, text: 'count 2' })

    await page.getByRole('article').getByText('count 2').waitFor()
    await page.getByRole('button', { name: '(edited)' }).click()
    const before = page.getByRole('dialog').locator('details')
    await before.getByText(/^Until /).click()
    expect(await before.locator('.text').innerText()).toBe('count 1')
  })

  test('deleting removes a message, and clearing the inbox removes all', async () => {
    await using inbox = await startInbox()
    const { ts, channel } = await call(inbox, 'chat.postMessage', {
      channel: 'alerts',
      text: 'one',
    })
    await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'two' })
    await using opened = await openPage(inbox)
    const articles = opened.page.getByRole('article')
    await articles.getByText('two').waitFor()

    await call(inbox, 'chat.delete', { channel, ts })
    await articles.getByText('one').waitFor({ state: 'detached' })
    await opened.page.getByRole('button', { name: 'Clear all' }).click()

    await opened.page.getByText('Nothing in #alerts yet').waitFor()
    expect(inbox.messages()).toEqual([])
  })

  test('a file shows its name and size, and its text when it is opened', async () => {
    await using inbox = await startInbox()
    const { ts, channel } = await call(inbox, 'chat.postMessage', {
      channel: 'alerts',
      text: 'root',
    })
    const stack = 'Error: boom\n    at charge'
    const registered = await inbox.fetch(`${inbox.apiUrl}files.getUploadURLExternal`, {
      method: 'POST',
      headers: { authorization: `Bearer ${inbox.token}` },
      body: new URLSearchParams({ filename: 'stack.txt', length: String(stack.length) }),
    })
    const { upload_url: uploadUrl, file_id: id } = (await registered.json()) as Record<
      string,
      string
    >
    await inbox.fetch(uploadUrl ?? '', { method: 'POST', body: stack })
    await call(inbox, 'files.completeUploadExternal', {
      files: [{ id, title: 'Full stack' }],
      channel_id: channel,
      thread_ts: ts,
    })

    await using opened = await openPage(inbox)
    await opened.page.getByText('1 reply').click()
    const thread = opened.page.getByRole('complementary')
    await thread.getByText('stack.txt · 25 bytes').click()

    await expect.poll(() => thread.locator('.file pre').innerText(), pageTimeout).toBe(stack)
  })

  test('each message has a dialog with hints, JSON and a copy for Block Kit Builder', async () => {
    await using inbox = await startInbox()
    const blocks = [{ type: 'divider' }]
    await call(inbox, 'chat.postMessage', { channel: 'alerts', text: '', blocks })
    await using opened = await openPage(inbox, {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    const { page } = opened

    await page.getByRole('button', { name: '⚠ 1 hint' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('notifications and screen readers have nothing to show').waitFor()
    await dialog.getByText('"type": "divider"').waitFor()
    await dialog.getByRole('button', { name: 'Copy for Block Kit Builder' }).click()
    await dialog.getByText('Copied.').waitFor()

    const copied = await page.evaluate<string>('navigator.clipboard.readText()')
    expect(JSON.parse(copied)).toEqual({ blocks })
  })
})
