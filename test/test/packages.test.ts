import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const repository = 'https://github.com/slack-logger/slack-logger'

/** How large each package may be, unpacked, in bytes. */
const maxBytes: Readonly<Record<string, number>> = {
  cli: 110_000,
  core: 900_000,
  discord: 70_000,
  'exception-handler': 190_000,
  'pino-slack': 50_000,
  redis: 70_000,
  'slack-inbox': 660_000,
  'winston-slack': 60_000,
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly keywords: readonly string[]
}

interface Packed {
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string }[]
}

function readJson(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(root, ...path), 'utf8'))
}

const folders = readdirSync(join(root, 'packages'))
const manifests = folders.map((folder) => readJson('packages', folder, 'package.json') as Manifest)

test('all packages have one version, which a release gives all of them', () => {
  const { fixed } = readJson('.changeset', 'config.json') as { fixed: readonly string[][] }

  expect(new Set(manifests.map(({ version }) => version)).size).toBe(1)
  expect(fixed).toEqual([manifests.map(({ name }) => name)])
})

describe.each(folders)('the package %s', (folder) => {
  const path = join(root, 'packages', folder)
  const readme = readFileSync(join(path, 'README.md'), 'utf8')

  test('says where it comes from, and is published for all with its provenance', () => {
    const manifest = readJson('packages', folder, 'package.json') as Manifest

    expect(manifest).toMatchObject({
      homepage: `${repository}/tree/main/packages/${folder}#readme`,
      bugs: { url: `${repository}/issues` },
      license: 'MIT',
      author: 'slack-logger contributors',
      repository: {
        type: 'git',
        url: `git+${repository}.git`,
        directory: `packages/${folder}`,
      },
      publishConfig: { access: 'public', provenance: true },
    })
    expect(manifest.keywords).toEqual(expect.arrayContaining(['errors', 'logging', 'slack']))
  })

  test('is packed with its README, license and changelog, without sources and maps, and is small', () => {
    const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], {
      cwd: path,
      encoding: 'utf8',
    })
    const [packed] = Object.values(JSON.parse(output) as Readonly<Record<string, Packed>>)

    const files = packed?.files.map((file) => file.path) ?? []
    expect(files).toEqual(expect.arrayContaining(['CHANGELOG.md', 'LICENSE', 'README.md']))
    expect(files.filter((file) => /^src\/|^test\/|\.map$/.test(file))).toEqual([])
    expect(packed?.unpackedSize).toBeLessThanOrEqual(maxBytes[folder] ?? 0)
  })

  test('has a README that says how to install it, with a picture, and whose links are absolute', () => {
    const links = [...readme.matchAll(/\]\((?<to>[^)\s]+)\)/g)].map(
      ({ groups }) => groups?.['to'] ?? '',
    )
    const own = links.flatMap((link) => /\/(?:blob|tree|raw)\/main\/([^#]*)/.exec(link)?.[1] ?? [])

    expect(readme).toMatch(/^# \S/)
    expect(readme).toMatch(/^(?:npm install|npx) /m)
    expect(readme).toContain(`${repository}/blob/main/docs/`)
    expect(readme).toContain(`${repository}/raw/main/docs/pictures/`)
    expect(links.filter((link) => !/^(?:https?:|#)/.test(link))).toEqual([])
    expect(own.filter((file) => !existsSync(join(root, file)))).toEqual([])
  })
})
