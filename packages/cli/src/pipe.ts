import { constants } from 'node:os'
import { createSlackSink } from '@slack-logger/core'
import { LineReader } from './lines/line-reader.ts'
import { type OptionFlags, readOptions } from './options.ts'

/** Passes stdin to stdout as it is, and alerts about the records in it, until stdin ends. */
export async function pipe(flags: OptionFlags): Promise<void> {
  const { options } = await readOptions(flags)
  const sink = createSlackSink(options)
  const lines = new LineReader((record) => sink.write(record))
  const { stdin, stdout } = process
  let signal: NodeJS.Signals | undefined
  // With Ctrl-C, the program before it ends as well, and what it prints until then is passed on.
  process.on('SIGINT', () => undefined)
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', () => {
      signal = 'SIGTERM'
      resolve()
    })
    // Nobody reads what is printed any longer: the program before it is to notice that, as with `cat`.
    stdout.on('error', () => resolve())
    stdin.on('data', (bytes: Buffer) => lines.read(bytes)).once('end', resolve)
    stdin.pipe(stdout, { end: false })
  })
  stdin.destroy()
  lines.end()
  await sink.close()
  if (signal === undefined) return
  // Signals of its own do nothing in the first process of a container.
  process.exitCode = 128 + constants.signals[signal]
  process.kill(process.pid, signal)
}
