import { expect, test } from 'vitest'
import { createSlackSink } from '../../src/index.ts'

test('a message is previewed as a reader would see it, with why it is there', async () => {
  const lines: string[] = []
  const sink = createSlackSink(
    {
      token: 'xoxb-1',
      channel: '#alerts',
      spoolDir: false,
      links: { trace: 'https://traces.example/{trace_id}' },
    },
    { variables: { NODE_ENV: 'development' }, writeStderr: (line) => lines.push(line) },
  )

  sink.write({
    level: 'error',
    time: Date.now(),
    message: 'a < b <!channel>',
    fields: { trace_id: '4bf92f3577b34da6' },
  })
  await sink.close()

  const shown = lines.join('\n')
  expect(shown).toContain('a < b <!channel> · node')
  expect(shown).toContain('[slack preview] #alerts ')
  expect(shown).toMatch(/ {4}Since \d\d:\d\d UTC/)
  expect(shown).toContain('Trace 4bf92f35 https://traces.example/4bf92f3577b34da6')
  expect(shown).toContain('New · next alert at 10')
  expect(shown).not.toMatch(/<!date|&lt;/)
})
