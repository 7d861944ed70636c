import { expect, test, vi } from 'vitest'
import { startInbox, type Inbox } from '../../src/index.ts'
import { violations } from './accessibility.ts'
import { describeInChromium, openPage } from './open-page.ts'

vi.setConfig({ testTimeout: 60_000 })

const post = (inbox: Inbox, body: object, url = inbox.discord.webhookUrl) =>
  fetch(`${url}?wait=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

const embed = {
  color: 0xe01e5a,
  title: '🔴 TypeError: x is not a function',
  url: 'https://discord.example/channels/1/2/3',
  description:
    'checkout · **production**\n```\nat charge\n```\n- one\n<t:1767225600:t> \\*dead\\* <\u200b@1>',
  fields: [{ name: 'Count', value: '3', inline: true }],
  footer: { text: 'New · next alert at 10' },
}

describeInChromium('messages of Discord on the page', () => {
  test('have their own look: embeds with color, fields and code', async () => {
    await using inbox = await startInbox({ discord: true })
    await post(inbox, {
      content: '@here',
      allowed_mentions: { parse: ['everyone'] },
      embeds: [embed],
    })
    await using opened = await openPage(inbox)
    const { page } = opened
    await page
      .getByRole('button', { name: /discord-alerts/ })
      .first()
      .click()

    const shown = page.locator('.discord-embed')
    await shown.waitFor()

    expect(await shown.getAttribute('style')).toContain('rgb(224, 30, 90)')
    const background = 'getComputedStyle(document.querySelector(".item")).backgroundColor'
    expect(await page.evaluate(background)).toBe('rgb(49, 51, 56)')
    expect(await shown.locator('.discord-title a').textContent()).toBe(embed.title)
    expect(await shown.locator('strong').first().textContent()).toBe('production')
    expect(await shown.locator('pre').textContent()).toBe('at charge')
    expect(await shown.textContent()).toContain('*dead* <\u200b@1>')
    expect(await page.locator('.discord .mention').textContent()).toBe('@here')
    expect(await page.getByText('would notify @here').count()).toBe(1)
    expect(await violations(page)).toEqual([])
    expect(opened.consoleErrors).toEqual([])
  })

  test('of a forum show the name and the tag of their post', async () => {
    await using inbox = await startInbox({ discord: true })
    const { forumWebhookUrl, tags } = inbox.discord
    const body = { content: 'a', thread_name: 'A problem', applied_tags: [tags.quiet], flags: 4096 }
    await post(inbox, body, forumWebhookUrl)
    await using opened = await openPage(inbox)
    const { page } = opened
    await page
      .getByRole('button', { name: /discord-forum/ })
      .first()
      .click()

    expect(await page.locator('.discord-post').textContent()).toBe('A problem')
    expect(await page.locator('.discord-tag').textContent()).toBe('quiet')
    expect(await page.getByText('notifies nobody').count()).toBe(1)
    expect(await violations(page)).toEqual([])
  })
})
