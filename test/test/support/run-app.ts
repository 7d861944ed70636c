import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Whether to run all rows of the matrices, as `npm run matrix` does, instead of a sample. */
export const isFullMatrix: boolean = process.env['MATRIX'] === 'full'

/** The result of a process. */
export interface AppRun {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly tookMs: number
  /** In milliseconds since 1970. */
  readonly endedAt: number
}

export interface AppOptions {
  readonly apiUrl?: string
  readonly webhookUrl?: string
  readonly env?: Readonly<Record<string, string>>
  /** Options of Node itself. */
  readonly nodeOptions?: readonly string[] | undefined
  /** What follows the program on the command line. */
  readonly parameters?: readonly string[]
  /** The folder it runs in. */
  readonly cwd?: string
  /**
   * The path of Node.
   *
   * @default the Node that runs the test
   */
  readonly node?: string
}

/** The Node that runs the programs; `MATRIX_NODE` is the path of another one to test. */
export const defaultNode: string = process.env['MATRIX_NODE'] ?? process.execPath

/** The environment variables of a program: those of a service, not of a test. */
export function environmentOf({ apiUrl, webhookUrl, env }: AppOptions): NodeJS.ProcessEnv {
  const { NODE_ENV: _, VITEST: __, ...inherited } = process.env
  return {
    ...inherited,
    ...(apiUrl !== undefined && {
      SLACK_API_URL: apiUrl,
      SLACK_BOT_TOKEN: 'xoxb-test',
      SLACK_CHANNEL: '#alerts',
    }),
    ...(webhookUrl !== undefined && { SLACK_WEBHOOK_URL: webhookUrl }),
    ...env,
  }
}

/** Runs a program of `test/apps` in a separate process. */
export function runApp(name: string, options: AppOptions): Promise<AppRun> {
  return runFile(fileURLToPath(new URL(`../apps/${name}`, import.meta.url)), options)
}

/** Starts a program in a separate process, which must exit within `timeoutMs`. */
export function startFile(
  file: string,
  options: AppOptions,
  timeoutMs: number = 60_000,
): ChildProcessWithoutNullStreams {
  const { nodeOptions = [], parameters = [], node = defaultNode, cwd } = options
  return spawn(node, [...nodeOptions, file, ...parameters], {
    timeout: timeoutMs,
    cwd,
    env: environmentOf(options),
  })
}

/** Runs a program in a separate process, which must exit within a minute. */
export function runFile(file: string, options: AppOptions): Promise<AppRun> {
  const startedAt = performance.now()
  const child = startFile(file, options)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const tookMs = performance.now() - startedAt
      resolve({ code, signal, stdout, stderr, tookMs, endedAt: Date.now() })
    })
  })
}
