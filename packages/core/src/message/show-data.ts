import type { ErrorDescription, LogEvent } from '../event/log-event.ts'
import { showValues } from './show-value.ts'

const maxDepth = 10

/** What else was logged, and what the errors carry, as literal text; empty if nothing. */
export function showData({ fields, error }: LogEvent): string {
  const texts = [showValues(fields), ...(error === undefined ? [] : showErrorData(error, 0))]
  return texts.filter((text) => text !== '').join('\n')
}

/** The data of an error and of all behind it, by type. The code of the first one is among the facts of the root. */
function showErrorData(error: ErrorDescription, depth: number): readonly string[] {
  const code = depth === 0 || error.code === undefined ? {} : { code: error.code }
  const data = { ...code, ...error.properties }
  const own = Object.keys(data).length === 0 ? '' : showValues({ [error.type]: data })
  const behind = error.cause === undefined ? error.errors : [...error.errors, error.cause]
  if (depth >= maxDepth) return [own]
  return [own, ...behind.flatMap((inner) => showErrorData(inner, depth + 1))]
}
