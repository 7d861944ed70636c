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
export function sourceOf(service: string): string {
  return join(folder, `${service}.mjs`)
}

/** Runs a program that crashes, and expects one message about it. @param file below the project's folder */
export async function expectMessage(
  project: PackedProject,
  file: string,
  options: AppOptions = {},
): Promise<void> {
  await using inbox = await startInbox()

  const { code, stdout, stderr } = await runFile(join(project.path, file), {
    cwd: project.path,
    ...options,
    apiUrl: inbox.apiUrl,
  })

  const texts = inbox.messages().map(({ text }) => text)
  const own = stderr.split('\n').filter((line) => line.includes('[slack-logger]'))
  expect({ texts, code, own }, stdout + stderr).toEqual({
    texts: [expect.stringContaining('TypeError: ')],
    code: 1,
    own: [],
  })
}
