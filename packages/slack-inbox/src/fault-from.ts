import type { FaultOptions } from './faults.ts'
import type { Json, JsonObject } from './json.ts'

const kinds: Readonly<Record<keyof FaultOptions, (value: Json) => boolean>> = {
  method: isText,
  channel: isText,
  times: (value) => isNumber(value) && Number(value) >= 1,
  rate: (value) => isNumber(value) && Number(value) <= 1,
  status: (value) => isNumber(value) && Number(value) >= 200 && Number(value) <= 599,
  error: isText,
  retryAfter: isNumber,
  delayMs: isNumber,
  hang: isFlag,
  reset: (value) => isFlag(value) || value === 'midBody',
  loseAnswer: isFlag,
  html: isFlag,
  garbage: isFlag,
  isAccepted: isFlag,
}

/** The fault that a JSON body asks for, or a sentence that says what is wrong with it. */
export function faultFrom(body: JsonObject): FaultOptions | string {
  for (const [name, value] of Object.entries(body)) {
    if (!isKnown(name)) return `Expected a property of a fault, got \`${name}\``
    if (value === undefined || !kinds[name](value))
      return `Expected \`${name}\` to be what a fault takes, got ${JSON.stringify(value)}`
  }
  return body
}

function isKnown(name: string): name is keyof FaultOptions {
  return Object.hasOwn(kinds, name)
}

function isText(value: Json): boolean {
  return typeof value === 'string'
}

function isNumber(value: Json): boolean {
  return typeof value === 'number' && value >= 0
}

function isFlag(value: Json): boolean {
  return typeof value === 'boolean'
}
