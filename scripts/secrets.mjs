// `npm run secrets`: prints which share of published tokens redaction hides, by form, and how many harmless lines it changes.
// `--write` writes the table to docs/privacy.md.
import { run } from './prepare.mjs'

const report = process.argv.includes('--write') ? 'write' : 'print'
run(
  'npm',
  ['exec', '-w', 'packages/core', '--', 'vitest', 'run', 'test/redaction/recall.test.ts'],
  {
    SECRETS_REPORT: report,
  },
)
