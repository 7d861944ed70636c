// `npm run runners`: tests that the packages are quiet under every test runner, in a project that has them installed.
import { prepare, run } from './prepare.mjs'

prepare()
run('npm', ['exec', '-w', 'test', '--', 'vitest', 'run', 'runners'], { RUNNERS: 'full' })
