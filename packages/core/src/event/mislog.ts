import { keysOf, readProperty } from '../redaction/safe-read.ts'
import { errorKeys, isEmptyObject, isLostError } from './error/find-error.ts'
import type { MislogHint } from './log-event.ts'
import type { LogRecord } from './log-record.ts'

/** What is known of the record apart from itself. */
export interface MislogContext {
  readonly fields: object
  /** The logged text, redacted. */
  readonly message: string
  readonly severity: number
  /** Whether an error with a message or stack was found. */
  readonly hasError: boolean
}

const errorSeverity = 50

const maxShownText = 60

/** Fields that any record of a service may have, so that they do not tell how this one was logged. */
const boundFields =
  /^(?:trace|span|req(?:uest)?(?:_?id)?$|correlation|service|env|version|release|host|dd$|context$|module$|component$|v$)/i

/** `failed: TypeError: it is not a function`, `failed: {}`, `failed: [object Object]`. */
const printedError =
  /(?:^|[\s:])[A-Z][\w$]{0,100}(?:Error|Exception)(?: \[\w{1,64}\])?: |^Error: |[\s:]Error: /
const printedObject = /(?:^|[\s:])(?:\{\}|\[object (?:Object|Error)\])\s*$/

/** Tells where the way of logging lost the error before it came here; `undefined` if nothing seems lost. */
export function detectMislog(record: LogRecord, context: MislogContext): MislogHint | undefined {
  return detectLostField(record, context) ?? detectLostText(record, context)
}

/** pino serialises errors under its error key only; elsewhere JSON keeps an Error's own properties, often none. */
function detectLostField(record: LogRecord, context: MislogContext): MislogHint | undefined {
  const given = isEmptyObject(record.error) || isLostError(record.error)
  const key = given
    ? 'err'
    : errorKeys.find((candidate) => {
        const value = readProperty(context.fields, candidate)
        return isEmptyObject(value) || isLostError(value)
      })
  if (key === undefined || (context.hasError && !given)) return undefined
  const isEmpty = isEmptyObject(given ? record.error : readProperty(context.fields, key))
  const what = isEmpty
    ? 'the error, with its message and its stack'
    : "the error's message and stack"
  return {
    lost: `${what}: \`${key}\` came as plain JSON`,
    fix: fixFor(record, context),
    place: placeOf(`field ${key}`, context),
  }
}

function detectLostText(record: LogRecord, context: MislogContext): MislogHint | undefined {
  if (context.hasError || context.severity < errorSeverity) return undefined
  const lost = describeLostText(record, context)
  if (lost === undefined) return undefined
  return { lost, fix: fixFor(record, context), place: placeOf('text', context) }
}

function describeLostText(record: LogRecord, context: MislogContext): string | undefined {
  const { message, fields } = context
  if (printedError.test(message)) return "the error's stack: the error was put into the text"
  if (printedObject.test(message)) return 'the error or object that was put into the text'
  if (record.source === 'winston') return undefined
  const hasOwnFields = keysOf(fields).some((key) => !boundFields.test(key))
  if (message === '' || hasOwnFields) return undefined
  if (/:\s*$/.test(message)) return 'what was passed after the text'
  return record.source === 'pino'
    ? 'the error, if one was passed after the text: pino takes it before the text only'
    : undefined
}

function fixFor({ source }: LogRecord, { message }: MislogContext): string {
  const [beforeColon = ''] = message.replace(printedObject, '').split(/:\s/, 1)
  const text = beforeColon.replace(/[\s:]+$/, '').slice(0, maxShownText) || 'what failed'
  const quoted = `'${text.replace(/['\\\n\r]/g, ' ')}'`
  return source === 'winston' ? `logger.error(${quoted}, { error })` : `log.error(err, ${quoted})`
}

/** Texts from one place differ in their numbers and values. */
function placeOf(kind: string, { message }: MislogContext): string {
  return `${kind}|${message.replace(/[\d'":{[].*$/s, '').slice(0, 200)}`
}
