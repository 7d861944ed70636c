import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root: string = fileURLToPath(new URL('../../../', import.meta.url))

/** A page that users read. */
export interface Page {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

/** A block of code of a page. */
export interface Block {
  readonly language: string
  readonly code: string
  /** The number of the line in which it begins. */
  readonly line: number
}

export const pages: readonly Page[] = [
  'README.md',
  ...readdirSync(`${root}docs`, { recursive: true }).map((file) => `docs/${String(file)}`),
  ...readdirSync(`${root}packages`).map((folder) => `packages/${folder}/README.md`),
]
  .filter((path) => path.endsWith('.md'))
  .map((path) => ({ path, text: readFileSync(root + path, 'utf8') }))

export function pageOf(path: string): Page {
  const page = pages.find((candidate) => candidate.path === path)
  if (page === undefined) throw new Error(`there is no page ${path}`)
  return page
}

export function blocksOf({ text }: Page): readonly Block[] {
  // In a list, a block is indented.
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)].map(
    ({ 1: indent = '', 2: language = '', 3: code = '', index }) => ({
      language,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      line: text.slice(0, index).split('\n').length,
    }),
  )
}

/** A page without its blocks of code and its code in sentences, which have no links. */
export function proseOf({ text }: Page): string {
  return text
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ' '))
}
