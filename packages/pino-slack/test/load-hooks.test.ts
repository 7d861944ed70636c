import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { loadHooks } from '../src/load-hooks.ts'

const fixture = fileURLToPath(new URL('fixtures/hooks.mjs', import.meta.url))

test('the hooks are what the module exports under their names', () => {
  const hooks = loadHooks(fixture)

  expect(Object.keys(hooks)).toEqual(['beforeSend', 'formatter'])
})

test('a module that cannot be loaded is refused in one sentence', () => {
  expect(() => loadHooks('./no-such-hooks.js')).toThrow(
    /^Expected `hooks` to name a module that can be loaded from .*, got '.\/no-such-hooks.js': Cannot find module/,
  )
})

test('a module without a hook is refused', () => {
  expect(() => loadHooks('node:path')).toThrow(
    "Expected the module that `hooks` names to export beforeSend, fingerprint, formatter, onError, onHealth, got none of them from 'node:path'",
  )
})
