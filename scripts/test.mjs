// `npm test`: runs all tests, also in a fresh clone.
import { prepare, run } from './prepare.mjs'

prepare()
// One package at a time, because many tests start processes and browsers.
run('npx', ['--no-install', 'turbo', 'run', 'test', '--concurrency=1', '--output-logs=full'])
