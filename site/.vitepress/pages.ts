import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DefaultTheme, MarkdownRenderer } from 'vitepress'

export const root: string = fileURLToPath(new URL('../..', import.meta.url))
export const repository = 'https://github.com/slack-logger/slack-logger'

/** The page of a file of the repository, where its address is not its path. */
export function rewrite(file: string): string {
  if (file === 'README.md') return 'overview.md'
  if (file === 'CHANGELOG.md') return 'changelog.md'
  return file
    .replace(/^site\//, '')
    .replace(/^packages\/([^/]+)\/README\.md$/, 'packages/$1.md')
    .replace(/README\.md$/, 'index.md')
}

/** Links in the repository lead to files: on the site, they lead to pages, and to the repository where there is no page. */
export function linkToPages(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('link-to-pages', ({ tokens, env }) => {
    const page = String(env.relativePath)
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const { type } = token
      if (type === 'link_open') token.attrSet('href', targetOf(token.attrGet('href') ?? '', page))
      if (type === 'image') token.attrSet('src', pictureOf(token.attrGet('src') ?? '', page))
    }
  })
}

/** The pages of packages have absolute addresses, since they are shown elsewhere, too. */
const absolute = new RegExp(`^${repository}/(?:blob|tree|raw)/main/`)

function targetOf(href: string, page: string): string {
  const isAbsolute = absolute.test(href)
  if (page.startsWith('api/') || (!isAbsolute && /^(?:\w+:|#|\/)/.test(href))) return href
  const [path = '', anchor] = href.replace(absolute, '').split('#')
  const folder = isAbsolute ? '' : posix.dirname(sourceOf(page))
  const file = posix.join(folder, decodeURIComponent(path)).replace(/\/$/, '')
  const source = existsSync(`${root}${file}/README.md`) ? `${file}/README.md` : file
  const isPage = /^(?:docs|packages)\/.*\.md$|^(?:README|CHANGELOG)\.md$/.test(source)
  const target = isPage ? `/${rewrite(source)}` : `${repository}/tree/main/${file}`
  return anchor === undefined ? target : `${target}#${anchor}`
}

function pictureOf(src: string, page: string): string {
  if (!absolute.test(src)) return src
  return posix.relative(posix.dirname(sourceOf(page)), src.replace(absolute, ''))
}

/** The file of a page. */
function sourceOf(page: string): string {
  const candidates = [
    page,
    page.replace(/index\.md$/, 'README.md'),
    page.replace(/\.md$/, '/README.md'),
  ]
  const known =
    page === 'overview.md' ? 'README.md' : page === 'changelog.md' ? 'CHANGELOG.md' : undefined
  return known ?? candidates.find((file) => existsSync(root + file)) ?? page
}

/** The groups of the index of the documentation, in its order, and the packages. */
export function sidebarOf(): DefaultTheme.SidebarItem[] {
  const [, ...groups] = readFileSync(`${root}docs/README.md`, 'utf8').split(/^## /m)
  const packages = readdirSync(`${root}packages`)
  return [
    ...groups.map((group) => ({
      text: group.split('\n', 1)[0] ?? '',
      items: [...group.matchAll(/^\| \[(.+?)\]\((.+?)\)/gm)].map(([, text = '', file = '']) => ({
        text: /^(?:pino|winston)$/.test(text)
          ? text
          : text.replace(/^./, (letter) => letter.toUpperCase()),
        link: `/${rewrite(posix.join('docs', file))}`,
      })),
    })),
    { text: 'Packages', items: packages.map((text) => ({ text, link: `/packages/${text}` })) },
    { text: 'API reference', link: '/api/' },
  ]
}
