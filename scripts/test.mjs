// `npm test`: runs all tests, also in a fresh clone.
import { prepare, run } from './prepare.mjs'

prepare()
// One package at a time, because many tests start processes and browsers; all of them, also after a failure.
const options = ['--concurrency=1', '--continue', '--output-logs=full']
run('npx', ['--no-install', 'turbo', 'run', 'test', ...options])
