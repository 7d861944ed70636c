// `npm run grouping`: prints how well records are grouped, by set: packages/core/test/grouping/sets.
import { run } from './prepare.mjs'

run('npm', ['exec', '-w', 'packages/core', '--', 'vitest', 'run', 'test/grouping/sets.test.ts'], {
  GROUPING_REPORT: 'print',
})
