import { expect, test, vi } from 'vitest'
import { startInbox } from '../../src/index.ts'
import { call } from '../call.ts'
import { describeInChromium, openPage } from './open-page.ts'

/** Attacks by somebody who controls log text. */
const hostileTexts = [
  '<script>globalThis.hit = 1</script>',
  '<img src=x onerror="globalThis.hit = 1">',
  '&lt;img src=x onerror="globalThis.hit = 1"&gt;',
  '<javascript:globalThis.hit=1|click me>',
  '<data:text/html,<script>globalThis.hit=1</script>|click me>',
  '<vbscript:msgbox|click me> <file:///etc/passwd|click me> <blob:x|click me>',
  '<https://stray.example/"onmouseover="globalThis.hit=1|quoted>',
  '"><svg/onload=globalThis.hit=1>',
  "'-globalThis.hit-'",
  '{{constructor.constructor("globalThis.hit=1")()}}',
  '</pre></div><iframe src="https://stray.example"></iframe>',
  '<style>@import url(https://stray.example/x.css)</style>',
  '<!date^1^{date}^javascript:globalThis.hit=1|fallback>',
  '![x](https://stray.example/pixel.png) [y](javascript:globalThis.hit=1)',
  '<a href="https://stray.example" ping="https://stray.example/ping">x</a>',
  '\u202ereversed\u202c \u0000\u0007\ufeff __proto__ constructor',
  ':constructor: :__proto__: :toString:',
]

const hostileUrls = [
  'javascript:globalThis.hit=1',
  ' javascript:globalThis.hit=1',
  'data:text/html,<script>globalThis.hit=1</script>',
  'https://stray.example/x',
]

vi.setConfig({ testTimeout: 60_000 })

describeInChromium('hostile messages on the page', () => {
  test('nothing in a message runs, loads or navigates', async () => {
    await using inbox = await startInbox({ rateLimit: false })
    for (const message of hostileMessages())
      await call(inbox, 'chat.postMessage', { channel: 'alerts', ...message })
    await using opened = await openPage(inbox, { viewport: { width: 1280, height: 9000 } })
    const { page } = opened
    const shown = inbox.messages().length
    expect(shown).toBeGreaterThan(hostileTexts.length * 3)
    await page.getByRole('article').last().waitFor()

    for (const link of await page.getByText('click me').all()) await link.hover()
    const foreign = await page.evaluate(
      `[...document.querySelectorAll('#root :is(script, iframe, object, embed, link, style, img, base, form, svg)')].length`,
    )
    const links = await page.evaluate<{ href: string; rel: string; target: string }[]>(
      `[...document.querySelectorAll('#root a')].map(({ href, rel, target }) => ({ href, rel, target }))`,
    )

    expect(await page.evaluate('globalThis.hit')).toBeUndefined()
    expect(foreign).toBe(0)
    expect(links.length).toBeGreaterThan(0)
    for (const { href, rel, target } of links) {
      expect(href).toMatch(/^https?:\/\//)
      expect(rel).toContain('noopener')
      expect(target).toBe('_blank')
    }
    expect(page.url()).toBe(inbox.pageUrl)
    expect(opened.consoleErrors).toEqual([])
    expect(opened.foreignRequests).toEqual([])
  })

  test('the content security policy blocks injected HTML', async () => {
    await using inbox = await startInbox()
    await using opened = await openPage(inbox)
    const { page } = opened

    const outcome = await page.evaluate(`(() => {
      try { document.body.innerHTML = '<img src=x onerror="globalThis.hit = 1">' } catch (error) { return error.name }
    })()`)

    expect(outcome).toBe('TypeError')
    expect(opened.consoleErrors.join('\n')).toContain('TrustedHTML')
  })
})

function* hostileMessages(): Generator<object> {
  for (const text of hostileTexts) {
    yield { text }
    yield { text: 'x', blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] }
    yield { text: 'x', blocks: [{ type: 'markdown', text }] }
    yield { text: 'x', blocks: [{ type: 'header', text: { type: 'plain_text', text } }] }
    yield { text: 'x', blocks: [preformatted(text)] }
    yield {
      text: 'x',
      attachments: [{ title: text, text, fallback: text, author_name: text, footer: text }],
    }
  }
  for (const url of hostileUrls) {
    yield { text: 'x', blocks: [linked(url)] }
    yield { text: 'x', attachments: [{ title: 'click me', title_link: url, image_url: url }] }
    yield { text: 'x', blocks: [{ type: 'image', image_url: url, alt_text: 'click me' }] }
    yield {
      text: 'x',
      blocks: [
        {
          type: 'actions',
          elements: [{ type: 'button', url, text: { type: 'plain_text', text: 'click me' } }],
        },
      ],
    }
  }
}

function preformatted(text: string): object {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
  }
}

function linked(url: string): object {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'link', url, text: 'click me' }] }],
  }
}
