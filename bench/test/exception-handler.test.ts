import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const program = fileURLToPath(new URL('../run.mjs', import.meta.url))

test('the exception handler has a result for every row', async () => {
  const env = { ...process.env, BENCH_SMOKE: 'true' }

  const { stdout } = await run(process.execPath, [program, 'exception-handler', 'koa'], { env })

  const ratios = [...stdout.matchAll(/^koa (?:succeeds|fails)[^:]*: (\d+\.\d\d) /gm)]
  expect(ratios.map(([, ratio]) => Number(ratio) > 0)).toEqual(
    Array.from({ length: 9 }, () => true),
  )
  expect(stdout).toMatch(/messages in Slack: [1-9]/)
})
