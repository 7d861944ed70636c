import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { onUncaught } from '../src/index.ts'

const program = fileURLToPath(new URL('fixtures/uncaught.mjs', import.meta.url))

function run(logger: string, end: string): { code: number | null; line: object; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, logger, end], {
    encoding: 'utf8',
  })
  return { code: status, line: JSON.parse(stdout) as object, stderr }
}

test.each(['pino', 'winston'])(
  'an uncaught exception is logged by %s, and Node ends as always',
  (logger) => {
    const { code, line, stderr } = run(logger, 'throw')

    expect(line).toMatchObject({
      level: logger === 'pino' ? 60 : 'error',
      origin: 'uncaughtException',
      err: { type: 'RangeError', message: 'no way on' },
    })
    expect(code).toBe(1)
    expect(stderr).toContain('RangeError: no way on')
  },
)

test('an error that is frozen, which pino itself cannot take, is logged as well', () => {
  const { code, line } = run('pino', 'throw frozen')

  expect(line).toMatchObject({ level: 60, err: { type: 'RangeError', message: 'no way on' } })
  expect(code).toBe(1)
})

test('a rejection that nobody handled is logged as well', () => {
  const { code, line } = run('pino', 'reject')

  expect(line).toMatchObject({ origin: 'unhandledRejection', err: { message: 'no way on' } })
  expect(code).toBe(1)
})

test('a logger that throws does not hide the exception', () => {
  const { status, stderr } = spawnSync(process.execPath, [program, 'broken', 'throw'], {
    encoding: 'utf8',
  })

  expect(status).toBe(1)
  expect(stderr).toContain('RangeError: no way on')
})

test('what it returns stops it', () => {
  const before = process.listenerCount('uncaughtExceptionMonitor')

  const stop = onUncaught({ fileLogger: console, slackLogger: console })
  const during = process.listenerCount('uncaughtExceptionMonitor')
  stop()

  expect([during, process.listenerCount('uncaughtExceptionMonitor')]).toEqual([before + 1, before])
})

test('a thing that is no logger is refused', () => {
  expect(() => onUncaught({} as never)).toThrow(
    'Expected `logger` to be a logger with a method `error`',
  )
})
