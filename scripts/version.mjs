// Gives all packages the next version, by the files in .changeset, and the changelog's unreleased lines that heading.
import { readFileSync, writeFileSync } from 'node:fs'
import { run } from './prepare.mjs'

run('npx', ['--yes', '@changesets/cli@3.0.3', 'version'])
run('npm', ['install', '--package-lock-only', '--ignore-scripts'])
const root = new URL('../', import.meta.url)
const { version } = JSON.parse(readFileSync(new URL('packages/core/package.json', root), 'utf8'))
const changelog = new URL('CHANGELOG.md', root)
const text = readFileSync(changelog, 'utf8')
writeFileSync(
  changelog,
  text.replace(/^## Unreleased$/m, () => `## Unreleased\n\n## ${version}`),
)
