import { once } from 'node:events'
import { expect, test } from 'vitest'
import { LineStream } from '../src/line-stream.ts'

function createStream() {
  const taken: string[] = []
  const stream = new LineStream({
    take: (line) => void taken.push(line),
    flush: async () => void taken.push('(flushed)'),
    close: async () => void taken.push('(closed)'),
  })
  return { stream, taken }
}

test('lines are taken one by one, wherever they were parted on their way', () => {
  const { stream, taken } = createStream()

  for (const chunk of ['{"a":1}\n{"b"', ':2}\n{"c', '":', '3}\n']) stream.write(chunk)

  expect(taken).toEqual(['{"a":1}', '{"b":2}', '{"c":3}'])
})

test('a letter that was parted is whole again', () => {
  const { stream, taken } = createStream()
  const bytes = Buffer.from('{"shop":"Größe"}\n')
  const middle = bytes.indexOf('ö') + 1

  stream.write(bytes.subarray(0, middle))
  stream.write(bytes.subarray(middle))

  expect(taken).toEqual(['{"shop":"Größe"}'])
})

test('the writer is never asked to wait', () => {
  const { stream } = createStream()

  expect(stream.write('x'.repeat(5_000_000))).toBe(true)
})

test('a last line without an end is taken before the stream closes', async () => {
  const { stream, taken } = createStream()

  stream.end('{"a":1}')
  await once(stream, 'close')

  expect(taken).toEqual(['{"a":1}', '(closed)'])
})

test('a flush calls back when it is done', async () => {
  const { stream, taken } = createStream()

  await new Promise<void>((resolve) => stream.flush(resolve))

  expect(taken).toEqual(['(flushed)'])
})
