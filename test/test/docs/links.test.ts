import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import GithubSlugger from 'github-slugger'
import { expect, test } from 'vitest'
import { blocksOf, pageOf, pages, proseOf, root, type Page } from './pages.ts'

const anchors = new Map(pages.map((page) => [page.path, anchorsOf(page)]))

function anchorsOf(page: Page): ReadonlySet<string> {
  const slugger = new GithubSlugger()
  const headings = page.text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.*)$/gm)
  const texts = [...headings].map(([, heading = '']) =>
    heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[`*]/g, ''),
  )
  return new Set(texts.map((text) => slugger.slug(text)))
}

function brokenLinksOf(page: Page): readonly string[] {
  const targets = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  return targets.filter((target) => !/^\w+:/.test(target) && !exists(page, target))
}

function exists({ path }: Page, target: string): boolean {
  const [file = '', anchor] = target.split('#')
  const there = file === '' ? path : normalize(join(dirname(path), file))
  if (!existsSync(root + there)) return false
  return anchor === undefined || anchors.get(there)?.has(anchor) === true
}

test.each(pages)('the links of $path lead to files and headings that are there', (page) => {
  expect(brokenLinksOf(page)).toEqual([])
})

test("the manifest of Slack's app is the same on all pages that have it", () => {
  const manifests = pages.flatMap((page) =>
    blocksOf(page)
      .map(({ code }) => code)
      .filter((code) => code.startsWith('display_information:')),
  )

  expect(manifests.length).toBeGreaterThan(1)
  expect(new Set(manifests).size).toBe(1)
})

test('every page in docs is in its index', () => {
  const index = pageOf('docs/README.md').text
  const names = pages.map(({ path }) => /^docs\/([^/]+)$/.exec(path)?.[1])

  expect(
    names.filter((name) => name && name !== 'README.md' && !index.includes(`(${name})`)),
  ).toEqual([])
})
