// Checks that each link of the built site leads to a page and a heading that are there. VitePress checks pages only.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.vitepress/dist/', import.meta.url))
const files = readdirSync(folder, { recursive: true }).map(String)
const pages = new Map(
  files
    .filter((file) => file.endsWith('.html'))
    .map((file) => [`/${file}`, readFileSync(folder + file, 'utf8')]),
)
const ids = new Map(
  [...pages].map(([path, html]) => [path, new Set(matches(html, /\sid="([^"]*)"/g))]),
)

const broken = [...pages].flatMap(([path, html]) =>
  matches(html, /<a [^>]*?href="([^"]*)"/g)
    .filter((href) => !leadsSomewhere(href, path))
    .map((href) => `${path}: ${href}`),
)

function matches(html, pattern) {
  return [...html.matchAll(pattern)].map(([, text]) => text.replaceAll('&amp;', '&'))
}

function leadsSomewhere(href, from) {
  const { origin, pathname, hash } = new URL(href, `http://site${from}`)
  if (origin !== 'http://site') return true
  const path = decodeURIComponent(pathname).replace(/\/$/, '/index.html')
  const there = ids.get(path)
  return there !== undefined && (hash === '' || there.has(decodeURIComponent(hash.slice(1))))
}

if (broken.length > 0) {
  console.error(`${broken.length} links lead nowhere:\n${broken.join('\n')}`)
  process.exitCode = 1
}
