import { constants } from 'node:os'
import { createSlackSink } from '@slack-logger/core'
import { withoutDoubles } from './lines/doubles.ts'
import { LineReader } from './lines/line-reader.ts'
import { type OptionFlags, readOptions } from './options.ts'

/** Passes stdin to stdout as it is, and alerts about the records in it, until stdin ends. */
export async function pipe(flags: OptionFlags): Promise<void> {
  const { options } = await readOptions(flags)
  const sink = createSlackSink(options)
  const lines = new LineReader(withoutDoubles((record) => sink.write(record)))
  const { stdin, stdout } = process
  let signal: NodeJS.Signals | undefined
  const failure = await new Promise<Error | undefined>((resolve) => {
    const stop = (given: NodeJS.Signals): void => {
      signal = given
      resolve(undefined)
    }
    // With the first Ctrl-C, the program before it ends as well, and what it prints until then is passed on.
    let isInterrupted = false
    const interrupt = (): void => {
      if (!isInterrupted) {
        isInterrupted = true
        return
      }
      process.off('SIGINT', interrupt)
      stop('SIGINT')
    }
    process.on('SIGINT', interrupt)
    process.once('SIGTERM', stop)
    process.once('SIGHUP', stop)
    // Nobody reads what is printed any longer: the program before it is to notice that, as with `cat`.
    stdout.on('error', () => resolve(undefined))
    stdin.on('data', (bytes: Buffer) => lines.read(bytes))
    stdin.once('end', () => resolve(undefined)).once('error', resolve)
    stdin.pipe(stdout, { end: false })
  })
  stdin.destroy()
  lines.end()
  await sink.close()
  if (failure !== undefined) throw failure
  if (signal === undefined) return
  // Signals of its own do nothing in the first process of a container.
  process.exitCode = 128 + constants.signals[signal]
  process.kill(process.pid, signal)
}
