// `npm test`: everything, from a fresh clone on.
import { prepare, run } from './prepare.mjs'

prepare()
// Packages one after another: many tests start processes and browsers of their own.
run('npx', ['--no-install', 'turbo', 'run', 'test', '--concurrency=1', '--output-logs=full'])
