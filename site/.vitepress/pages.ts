import { existsSync, readFileSync } from 'node:fs'
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
    const links = tokens
      .flatMap(({ children }) => children ?? [])
      .filter(({ type }) => type === 'link_open')
    for (const link of links)
      link.attrSet('href', targetOf(link.attrGet('href') ?? '', String(env.relativePath)))
  })
}

function targetOf(href: string, page: string): string {
  if (/^(?:\w+:|#|\/)/.test(href) || page.startsWith('api/')) return href
  const [path = '', anchor] = href.split('#')
  const file = posix.join(posix.dirname(sourceOf(page)), path)
  const isPage = /^(?:docs|packages)\/.*\.md$|^(?:README|CHANGELOG)\.md$/.test(file)
  const target = isPage ? `/${rewrite(file)}` : `${repository}/tree/main/${file}`
  return anchor === undefined ? target : `${target}#${anchor}`
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

/** The groups of the index of the documentation, in its order. */
export function sidebarOf(): DefaultTheme.SidebarItem[] {
  const index = readFileSync(`${root}docs/README.md`, 'utf8')
  return index
    .split(/^\*\*(?=.*\*\*$)/m)
    .slice(1)
    .map((group) => ({
      text: group.split('**', 1)[0] ?? '',
      items: [...group.matchAll(/^\| \[(.+?)\]\((.+?)\)/gm)].map(([, text = '', file = '']) => ({
        text: /^(?:pino|winston)$/.test(text)
          ? text
          : text.replace(/^./, (letter) => letter.toUpperCase()),
        link: `/${rewrite(posix.join('docs', file))}`,
      })),
    }))
}
