import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How a process ended. */
export interface AppRun {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly tookMs: number
  /** In milliseconds since 1970. */
  readonly endedAt: number
}

/** Where and how to run it. */
export interface AppOptions {
  readonly apiUrl?: string
  readonly webhookUrl?: string
  readonly env?: Readonly<Record<string, string>>
  /** For Node itself. */
  readonly nodeOptions?: readonly string[]
  /** Which Node runs it. @default the one that runs the test */
  readonly node?: string
}

/** `MATRIX_NODE` names another Node, whose ends are to be tried. */
const defaultNode = process.env['MATRIX_NODE'] ?? process.execPath

/** Runs one of `test/apps` as a process of its own. */
export function runApp(name: string, options: AppOptions): Promise<AppRun> {
  return runFile(fileURLToPath(new URL(`../apps/${name}`, import.meta.url)), options)
}

/** Runs a program as a process of its own; one that does not end in a minute fails the test. */
export function runFile(file: string, options: AppOptions): Promise<AppRun> {
  const { apiUrl, webhookUrl, env, nodeOptions = [], node = defaultNode } = options
  const startedAt = performance.now()
  const { NODE_ENV: _, VITEST: __, ...inherited } = process.env
  const child = spawn(node, [...nodeOptions, file], {
    timeout: 60_000,
    env: {
      ...inherited,
      ...(apiUrl !== undefined && {
        SLACK_API_URL: apiUrl,
        SLACK_BOT_TOKEN: 'xoxb-test',
        SLACK_CHANNEL: '#alerts',
      }),
      ...(webhookUrl !== undefined && { SLACK_WEBHOOK_URL: webhookUrl }),
      ...env,
    },
  })
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
