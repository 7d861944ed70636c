import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const src = fileURLToPath(new URL('../src', import.meta.url))
const contributing = fileURLToPath(new URL('../../../CONTRIBUTING.md', import.meta.url))

/** The folders in the order of the data, as CONTRIBUTING draws them. */
const order = [
  'options',
  'redaction',
  'event',
  'grouping',
  'incident',
  'journal',
  'fleet',
  'notification',
  'report',
  'delivery',
  'slack',
  'health',
]
/** Files beside the folders that any step may import; all others wire the steps. */
const shared = ['clock.ts', 'environment.ts', 'http.ts']

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
)

interface Import {
  readonly from: string
  readonly to: string
}

/** The imports of values between our own files; those of types are free. */
const imports = files.flatMap((from): readonly Import[] => {
  const text = readFileSync(join(src, from), 'utf8')
  const statements = text.matchAll(/^(?:import|export) (?!type )([^']*?) ?from '([^']+)'/gm)
  return [...statements].flatMap(([, names = '', specifier = '']) => {
    const isTypesOnly = /^\{(?:\s*type [^,}]+,?)+\s*\}$/.test(names.trim())
    const to = relative(src, resolve(src, dirname(from), specifier))
    return isTypesOnly || !specifier.startsWith('.') ? [] : [{ from, to }]
  })
})

const folderOf = (file: string): string | undefined =>
  file.includes('/') ? file.split('/')[0] : undefined

describe('the structure of core', () => {
  test('has the folders that CONTRIBUTING draws, in their order', () => {
    const folders = new Set(files.map(folderOf).filter((folder) => folder !== undefined))
    const picture = /```mermaid\n([\s\S]*?)```/.exec(readFileSync(contributing, 'utf8'))?.[1] ?? ''
    const drawn = [...picture.matchAll(/"(\w+)\/(?:<br>|")/g)].map(([, folder]) => folder)

    expect([...folders].toSorted()).toEqual(order.toSorted())
    expect(drawn.filter((folder) => order.includes(folder ?? ''))).toEqual(order)
  })

  test('imports values only from earlier steps', () => {
    const against = imports.filter(({ from, to }) => {
      const step = folderOf(from)
      const other = folderOf(to)
      if (step === undefined) return shared.includes(from) && other !== undefined
      if (other === undefined) return !shared.includes(to)
      return order.indexOf(other) > order.indexOf(step)
    })

    expect(against).toEqual([])
  })

  test('has at most 16 files in a folder and 170 in all', () => {
    const folders = new Set(files.map((file) => dirname(file)))
    const sizes = [...folders].map((folder) => ({
      folder,
      size: files.filter((file) => dirname(file) === folder).length,
    }))

    expect(sizes.filter(({ size }) => size > 16)).toEqual([])
    expect(files.length).toBeLessThanOrEqual(170)
  })

  test('exports each name from one place', () => {
    const places = new Map<string, string[]>()
    for (const file of files) {
      const text = readFileSync(join(src, file), 'utf8')
      const exported = text.matchAll(
        /^export (?:abstract )?(?:class|interface|type|function|const) (\w+)/gm,
      )
      for (const [, name = ''] of exported) places.set(name, [...(places.get(name) ?? []), file])
    }

    expect([...places].filter(([, where]) => where.length > 1)).toEqual([])
  })

  test('keeps what Slack defines below slack/', () => {
    const slackTerms =
      /mrkdwn|rich_text|plain_text|chat\.postMessage|thread_ts|conversations\.history|<!date|subteam|xoxb-\\d/
    const outside = files.filter(
      (file) =>
        folderOf(file) !== 'slack' && slackTerms.test(readFileSync(join(src, file), 'utf8')),
    )

    expect(outside).toEqual([])
  })
})
