import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Logger } from '../../src/index.ts'
import { resolveOptions } from '../../src/options.ts'
import { Reporter } from '../../src/report/reporter.ts'

function reportOf(message: string) {
  const request = { method: 'GET', path: '/orders/17' }
  return { error: new TypeError(message), request, status: 500, ids: {}, isAbort: false }
}

test('the failure of a logger at the end of a turn is logged, and so is every other failure', async () => {
  const lines: object[] = []
  const logger: Logger = {
    error: (fields: object, message: string) => {
      if (message === 'second') throw new Error('disk full')
      lines.push({ message, ...fields })
    },
  }
  const reporter = new Reporter(resolveOptions({ logger, clientErrorLevel: 'error' }))

  for (const message of ['first', 'second', 'third']) {
    const report = reportOf(message)
    reporter.reportInTurn(
      () => report,
      (failure) => reporter.reportOwnFailure(report.error, { request: report.request, failure }),
    )
  }
  await turn()

  expect(lines).toMatchObject([
    { message: 'first' },
    {
      message: 'The exception handler failed (disk full) while it handled: second',
      handlerFailure: { message: 'disk full' },
      request: { path: '/orders/17' },
    },
    { message: 'third' },
  ])
})
