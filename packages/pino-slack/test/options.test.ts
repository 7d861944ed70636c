import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { resolvePinoOptions } from '../src/options.ts'

const fixture = new URL('fixtures/hooks.mjs', import.meta.url)

/** An application folder, as the working directory. */
function enterApp(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'pino-slack-app-'))
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder)
  onTestFinished(() => {
    cwd.mockRestore()
    rmSync(folder, { recursive: true })
  })
  return folder
}

test("the adapter's options are separated from the sink's, and pino's own keys are dropped", () => {
  const options = {
    channel: '#alerts',
    errorKey: 'problem',
    pinoWillSendConfig: true,
    $context: {},
  }

  expect(resolvePinoOptions(options)).toEqual({
    messageKey: undefined,
    errorKey: 'problem',
    nestedKey: undefined,
    sink: { channel: '#alerts' },
  })
})

test('an empty string means that an option is not given', () => {
  expect(resolvePinoOptions({ messageKey: '', hooks: '', nestedKey: null as never })).toEqual({
    messageKey: undefined,
    errorKey: undefined,
    nestedKey: undefined,
    sink: {},
  })
})

test('a key that is not a string is a wrong option', () => {
  expect(() => resolvePinoOptions({ messageKey: 5 as never })).toThrow(
    new TypeError('Expected `messageKey` to be a string, got 5'),
  )
})

test.each([
  ['erorKey', 'errorKey'],
  ['nestedkey', 'nestedKey'],
  ['hook', 'hooks'],
  ['sevice', 'service'],
])('a misspelled name, %s, gets the nearest one: %s', (given, nearest) => {
  expect(() => resolvePinoOptions({ [given]: 'x' })).toThrow(
    new TypeError(`Expected only known options, got \`${given}\`; did you mean \`${nearest}\`?`),
  )
})

test.each([
  [null, 'null'],
  ['xoxb-1', 'a string'],
  [[], 'a list'],
])('options that are no object, %j, are wrong', (given, shown) => {
  expect(() => resolvePinoOptions(given as never)).toThrow(
    new TypeError(`Expected the options to be an object, got ${shown}`),
  )
})

test.each([
  ['a path', fileURLToPath(fixture)],
  ['a URL', fixture.href],
])('hooks are loaded from %s: what the module exports under their names', (_, specifier) => {
  const hooks = resolvePinoOptions({ hooks: specifier }).sink

  expect(Object.keys(hooks)).toEqual(['beforeSend', 'formatter'])
})

test('hooks are loaded from a path relative to the working directory', () => {
  writeFileSync(join(enterApp(), 'slack-hooks.cjs'), 'exports.beforeSend = (event) => event')

  expect(resolvePinoOptions({ hooks: './slack-hooks.cjs' }).sink).toHaveProperty('beforeSend')
})

test('hooks are loaded from a package that the application has installed', () => {
  const folder = join(enterApp(), 'node_modules', 'our-hooks')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "exports": "./hooks.js" }')
  writeFileSync(join(folder, 'hooks.js'), 'export default { onError: () => {} }')

  expect(resolvePinoOptions({ hooks: 'our-hooks' }).sink).toHaveProperty('onError')
})

test('a module that cannot be loaded is a wrong option', () => {
  expect(() => resolvePinoOptions({ hooks: './no-such-hooks.js' })).toThrow(
    /^Expected `hooks` to be a module that can be loaded from .*, got '.\/no-such-hooks.js': Cannot find module/,
  )
})

test('a module without a hook is a wrong option', () => {
  expect(() => resolvePinoOptions({ hooks: 'node:path' })).toThrow(
    "Expected the module in `hooks` to export one of beforeSend, beforeReport, fingerprint, formatter, onError, onHealth, destination, repeat, locale, got none of them from 'node:path'",
  )
})

describe('a destination by the name of its module', () => {
  const module = `exports.createDestination = (options) => ({ name: 'Chat', options })`

  test('is made with the options of the destination', () => {
    writeFileSync(join(enterApp(), 'chat.cjs'), module)
    const destinationOptions = { url: 'https://chat.example' }

    const { sink } = resolvePinoOptions({ destination: './chat.cjs', destinationOptions })

    expect(sink).toEqual({ destination: { name: 'Chat', options: destinationOptions } })
  })

  test('is made without any', () => {
    writeFileSync(join(enterApp(), 'chat.cjs'), module)

    const { sink } = resolvePinoOptions({ destination: './chat.cjs' })

    expect(sink).toEqual({ destination: { name: 'Chat', options: {} } })
  })

  test.each([
    [{ destination: './no-such.js' }, /^Expected `destination` to be a module that can be loaded/],
    [{ destination: 'node:path' }, /^Expected the module in `destination` to export `createDestin/],
    [{ destinationOptions: {} }, /^Expected `destination` to name a module beside/],
    [{ destination: 'node:path', destinationOptions: 'x' }, /to be an object, got a string/],
  ])('%j is a wrong option', (options, message) => {
    expect(() => resolvePinoOptions(options as never)).toThrow(message)
  })
})
