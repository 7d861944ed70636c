import { once } from 'node:events'
import pino from 'pino'
import { expect, test } from 'vitest'
import { createExceptionHandler, type ExceptionHandlerOptions } from '../../src/index.ts'

test('a logger whose promise is rejected does not end the process', async () => {
  const warned = once(process, 'warning')
  const { handleException } = createExceptionHandler({
    logger: { error: () => Promise.reject(new Error('disk full')) },
  })

  expect(handleException(new Error('no card')).status).toBe(500)

  expect(await warned).toMatchObject([{ message: 'a failure could not be logged: disk full' }])
})

test.each([
  ['is rejected', () => Promise.reject(new Error('no rules'))],
  ['resolves to false', () => Promise.resolve(false)],
])(
  'a `shouldAlert` whose promise %s falls back to the status, with a warning',
  async (_what, ask) => {
    const lines: { readonly level: number }[] = []
    const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as never) })
    const { handleException } = createExceptionHandler({
      logger,
      shouldAlert: ask as unknown as NonNullable<ExceptionHandlerOptions<never>['shouldAlert']>,
    })

    handleException(new Error('no card'))
    handleException({ status: 404, message: 'no order' })
    await new Promise((resolve) => setImmediate(resolve))

    expect(lines.map(({ level }) => level)).toEqual([50, 40])
  },
)
