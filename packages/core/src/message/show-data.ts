import type { ErrorDescription, LogEvent } from '../event/log-event.ts'
import { showValues } from './show-value.ts'

/** What else was logged, and what the errors carry, as literal text; empty if nothing. */
export function showData({ fields, error }: LogEvent): string {
  const texts = [showValues(fields)]
  let current: ErrorDescription | undefined = error
  for (let depth = 0; current !== undefined && depth < 10; depth += 1) {
    if (Object.keys(current.properties).length > 0) {
      texts.push(showValues({ [current.type]: current.properties }))
    }
    current = current.cause
  }
  return texts.filter((text) => text !== '').join('\n')
}
