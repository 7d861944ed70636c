import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startInbox } from '@slack-logger/slack-inbox'
import { expect } from 'vitest'
import type { PackedProject } from './packed-project.ts'
import { type AppOptions, runFile } from './run-app.ts'

const folder = fileURLToPath(new URL('../../environments/services/', import.meta.url))

/** Services that crash: a pino worker, a stream, winston; and one whose request fails. */
export const services = ['worker', 'stream', 'winston', 'exception-handler'] as const

/** The path of a service's source. */
function sourceOf(service: string): string {
  return join(folder, `${service}.mjs`)
}

/** Copies the source of services into a project. */
export function copyServices(project: PackedProject): void {
  for (const service of services)
    project.write(`${service}.mjs`, readFileSync(sourceOf(service), 'utf8'))
}

/** What a service leaves that crashed. */
interface Outcome {
  readonly code: number | null
  /** Of the messages that arrived. */
  readonly texts: readonly string[]
  /** What this library printed, or all that was printed where no message arrived. */
  readonly printed: readonly string[]
}

/** One message arrived, and this library had nothing to complain about. */
export const oneMessage: Outcome = {
  code: 1,
  texts: [expect.stringContaining('TypeError: ') as string],
  printed: [],
}

/** Runs a program that crashes. @param file in the project's folder */
export async function runCrash(
  project: PackedProject,
  file: string,
  options: AppOptions = {},
): Promise<Outcome> {
  await using inbox = await startInbox()
  const { code, stdout, stderr } = await runFile(join(project.path, file), {
    cwd: project.path,
    ...options,
    apiUrl: inbox.apiUrl,
  })
  const texts = inbox.messages().map(({ text }) => text)
  const lines = (stdout + stderr).split('\n')
  const printed = lines.filter((line) => texts.length === 0 || line.includes('[slack-logger]'))
  return { code, texts, printed }
}
