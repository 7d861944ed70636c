import { createRequire } from 'node:module'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SlackTransport } from '../src/index.ts'

interface Mocha {
  readonly it: (name: string, run: (done: () => void) => void) => void
  readonly describe: typeof describe
  readonly beforeEach: typeof beforeEach
  readonly afterEach: (run: (done: () => void) => void) => void
  readonly after: (run: (done: () => void) => void) => void
}

/** Waits for the callback of a function that takes one, as mocha does. */
function withDone(run: (done: () => void) => void): () => Promise<void> {
  return async () => {
    if (run.length === 0) run(() => undefined)
    else await new Promise<void>(run)
  }
}

// The suite is written for mocha, whose functions are global.
const mocha: Mocha = {
  describe,
  beforeEach,
  // oxlint-disable-next-line vitest/valid-title, vitest/expect-expect -- both are in the suite
  it: (name, run) => test(name, withDone(run)),
  afterEach: (run) => afterEach(withDone(run)),
  after: (run) => afterAll(withDone(run)),
}
Object.assign(globalThis, mocha)

const require = createRequire(import.meta.url)
const suite = require('abstract-winston-transport') as (options: object) => void

suite({ name: 'slack', Transport: SlackTransport, construct: { enabled: false } })

test('log without a callback returns true', () => {
  expect(new SlackTransport({ enabled: false }).log({ level: 'error', message: 'x' })).toBe(true)
})
