import type { ServerResponse } from 'node:http'
import type { Page } from 'playwright-core'
import { expect, test, vi } from 'vitest'
import { startInbox } from '../../src/index.ts'
import type { Inbox, JsonObject } from '../../src/index.ts'
import { call } from '../call.ts'
import { muteMenu, resolveButton, row, startApp } from '../interactivity/app-server.ts'
import { violations } from './accessibility.ts'
import { describeInChromium, openPage, pageTimeout } from './open-page.ts'

vi.setConfig({ testTimeout: 60_000 })

const signingSecret = 'a secret'

async function postRow(inbox: Inbox, more: object = {}): Promise<string> {
  const { ts = '' } = await call(inbox, 'chat.postMessage', {
    channel: 'alerts',
    text: 'down',
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'down' } }, row],
    ...more,
  })
  return ts
}

function plainText(text: string): JsonObject {
  return { type: 'plain_text', text }
}

function outcome(page: Page): Promise<string> {
  return page.locator('.interaction').innerText()
}

/** Moves the focus forward until it is on the button with a name. */
async function tabTo(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name }).first()
  for (let presses = 0; presses < 40; presses += 1) {
    if ((await button.and(page.locator(':focus')).count()) > 0) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Expected the button ${name} to get the focus by Tab`)
}

describeInChromium('buttons, menus, reactions and replies on the page', () => {
  test('a pressed button shows that it waits, then that the app acknowledged', async () => {
    const waiting: ServerResponse[] = []
    await using app = await startApp((response) => {
      waiting.push(response)
    })
    await using inbox = await startInbox({ interactivity: { requestUrl: app.url, signingSecret } })
    await postRow(inbox)
    await using opened = await openPage(inbox)
    const { page } = opened

    await page.getByRole('button', { name: 'Resolve' }).click()
    await expect.poll(() => outcome(page), pageTimeout).toBe('⏳ Resolve: waiting for the app …')
    await expect.poll(() => app.received.length, pageTimeout).toBe(1)
    waiting[0]?.end()

    await expect
      .poll(() => outcome(page), pageTimeout)
      .toMatch(/^✓ Resolve: acknowledged at the request URL after \d+ ms$/)
    expect(app.received[0]?.payload['user']).toMatchObject({ username: 'ada' })
    expect(opened.consoleErrors).toEqual([])
    expect(opened.foreignRequests).toEqual([])
  })

  test('a menu is used with the keyboard, by the person that the reader chose', async () => {
    await using app = await startApp()
    await using inbox = await startInbox({ interactivity: { requestUrl: app.url, signingSecret } })
    await postRow(inbox)
    await using opened = await openPage(inbox)
    const { page } = opened

    await page.getByLabel('You are').selectOption('grace')
    await page.getByRole('button', { name: 'Resolve' }).focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')

    await expect.poll(() => app.received.length, pageTimeout).toBe(1)
    expect(app.received[0]?.payload).toMatchObject({
      user: { username: 'grace' },
      actions: [{ action_id: 'mute', selected_option: muteMenu.options[1] }],
    })
    await page.locator('summary').filter({ hasText: 'Until the next release' }).waitFor()
  })

  test('the page says why a button does nothing', async () => {
    await using inbox = await startInbox()
    await postRow(inbox)
    await using opened = await openPage(inbox)

    await opened.page.getByRole('button', { name: 'Resolve' }).click()

    await expect.poll(() => outcome(opened.page), pageTimeout).toContain('app_missing_action_url')
  })

  test('a button with a confirmation asks first', async () => {
    await using app = await startApp()
    await using inbox = await startInbox({ interactivity: { requestUrl: app.url, signingSecret } })
    const confirm = {
      title: plainText('Really?'),
      text: plainText('Nobody is told.'),
      confirm: plainText('Do it'),
    }
    await postRow(inbox, {
      blocks: [{ type: 'actions', elements: [{ ...resolveButton, confirm }] }],
    })
    await using opened = await openPage(inbox)
    const { page } = opened

    await page.getByRole('button', { name: 'Resolve' }).click()
    await page.getByRole('dialog', { name: 'Really?' }).getByText('Nobody is told.').waitFor()
    expect(app.received).toEqual([])
    await page.getByRole('button', { name: 'Do it' }).click()

    await expect.poll(() => app.received.length, pageTimeout).toBe(1)
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  test('the page shows what an app answers, to whom', async () => {
    await using app = await startApp()
    await using inbox = await startInbox({ interactivity: { requestUrl: app.url, signingSecret } })
    const ts = await postRow(inbox)
    await using opened = await openPage(inbox)
    const { payload } = await inbox.click(ts, 'resolve', { user: 'grace' })
    const respond = (body: object) =>
      fetch(payload['response_url'] as string, { method: 'POST', body: JSON.stringify(body) })

    await respond({ text: 'You may not do that.' })
    await respond({ replace_original: true, text: 'resolved by grace' })

    const { page } = opened
    await page
      .getByRole('article', { name: /You may not/ })
      .getByText('Only visible to grace')
      .waitFor()
    await page.getByRole('article', { name: /resolved by grace/ }).waitFor()
    await page.getByLabel('You are').selectOption('grace')
    await page.getByText('Only visible to you').waitFor()
    expect(inbox.messages().map(({ text }) => text)).toEqual([
      'resolved by grace',
      'You may not do that.',
    ])
  })

  test('a click on an emoji reacts, and a click on the reaction removes it', async () => {
    await using inbox = await startInbox()
    const ts = await postRow(inbox)
    inbox.react(ts, 'eyes', { user: 'grace' })
    await using opened = await openPage(inbox)
    const { page } = opened
    const reactions = () => inbox.messages()[0]?.reactions

    await page.getByRole('article').hover()
    await page.getByRole('button', { name: 'React with white_check_mark' }).click()
    await page.getByRole('button', { name: 'eyes 1' }).click()
    await page.getByRole('button', { name: 'eyes 2', pressed: true }).waitFor()
    expect(reactions()).toEqual([
      { name: 'eyes', users: ['U0GRACE001', 'U0ADA00001'] },
      { name: 'white_check_mark', users: ['U0ADA00001'] },
    ])
    await page.getByRole('button', { name: 'check mark' }).last().click()

    await expect.poll(() => reactions()?.map(({ name }) => name), pageTimeout).toEqual(['eyes'])
  })

  test('a person presses a button and reacts with the keyboard alone', async () => {
    await using app = await startApp()
    await using inbox = await startInbox({ interactivity: { requestUrl: app.url, signingSecret } })
    await postRow(inbox)
    await using opened = await openPage(inbox)
    const { page } = opened
    const reactions = () => inbox.messages()[0]?.reactions.map(({ name }) => name)

    await page.getByRole('article').focus()
    await tabTo(page, 'Resolve')
    await page.keyboard.press('Enter')
    await expect.poll(() => app.received.length, pageTimeout).toBe(1)
    await tabTo(page, 'React with mute')
    await page.keyboard.press('Space')
    await expect.poll(reactions, pageTimeout).toEqual(['mute'])
    await tabTo(page, 'mute 1')
    await page.keyboard.press('Enter')

    await expect.poll(reactions, pageTimeout).toEqual([])
  })

  test('a person replies in a thread', async () => {
    await using inbox = await startInbox()
    const ts = await postRow(inbox)
    await using opened = await openPage(inbox)
    const { page } = opened

    await page.getByRole('article').hover()
    await page.getByRole('button', { name: 'Thread' }).click()
    const input = page.getByRole('textbox', { name: 'Reply as ada' })
    await input.fill('note: restart the pool')
    await input.press('Enter')

    await page.getByRole('complementary').getByText('note: restart the pool').waitFor()
    expect(inbox.thread(ts)[1]).toMatchObject({ user: 'U0ADA00001', botId: undefined })
    await expect.poll(() => input.inputValue(), pageTimeout).toBe('')
  })

  test.each(['light', 'dark'] as const)(
    'axe finds no violations in used elements, %s',
    async (colorScheme) => {
      await using inbox = await startInbox()
      const ts = await postRow(inbox)
      inbox.react(ts, 'eyes', { user: 'ada' })
      inbox.reply(ts, 'note: restart the pool', { user: 'ada' })
      await using opened = await openPage(inbox, { colorScheme })
      const { page } = opened

      await page.getByRole('button', { name: '1 reply' }).click()
      await page.getByRole('button', { name: 'Resolve' }).first().click()
      await page.locator('.interaction').waitFor()
      await page.locator('summary').first().click()

      expect(await violations(page)).toEqual([])
    },
  )
})
