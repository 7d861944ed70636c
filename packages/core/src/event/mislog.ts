import { keysOf, readProperty } from '../redaction/safe-read.ts'
import { errorKeys, isEmptyObject, isLostError } from './error/find-error.ts'
import type { MislogHint } from './log-event.ts'
import type { LogRecord } from './log-record.ts'

/** What is known of the record apart from itself. */
interface MislogContext {
  readonly fields: object
  /** The logged text, redacted. */
  readonly message: string
  readonly severity: number
  /** Whether an error with a message or stack was found. */
  readonly hasError: boolean
}

const errorSeverity = 50

const maxShownText = 60

/** Fields that any record of a service may have: they are no sign of how this one was logged. */
const boundFields =
  /^(?:trace|span|req(?:uest)?(?:_?id)?$|correlation|service|env|version|release|host|dd$|context$|module$|component$|v$)/i

/** `failed: TypeError: it is not a function`, `failed: {}`, `failed: [object Object]`. */
const printedError =
  /(?:^|[\s:])[A-Z][\w$]{0,100}(?:Error|Exception)(?: \[\w{1,64}\])?: |^Error: |[\s:]Error: /
const printedObject = /(?:^|[\s:])(?:\{\}|\[object (?:Object|Error)\])\s*$/

/** Finds where the way of logging lost the error before it came here; `undefined` if nothing seems lost. */
export function detectMislog(record: LogRecord, context: MislogContext): MislogHint | undefined {
  const key = findLostField(record, context)
  const lost =
    key === undefined ? describeLostText(record, context) : describeLostField(record, context, key)
  if (lost === undefined) return undefined
  const kind = key === undefined ? 'text' : `field ${key}`
  return { lost, fix: fixFor(record, context), place: placeOf(kind, context) }
}

/** pino serializes errors under its error key only; elsewhere JSON keeps an Error's own properties, often none. */
function findLostField({ error, source }: LogRecord, context: MislogContext): string | undefined {
  // What was thrown in this process is there as it was thrown.
  if (isLost(error) && source !== 'winston') return 'err'
  if (context.hasError) return undefined
  return (
    errorKeys.find((key) => isLost(readProperty(context.fields, key))) ??
    keysOf(context.fields).find(
      (key) => errorName.test(key) && isEmptyObject(readProperty(context.fields, key)),
    )
  )
}

/** `dbError`, `lastErr`: an empty object under such a name was an Error. */
const errorName = /(?:err|error|exception)$/i

function isLost(value: unknown): boolean {
  return isEmptyObject(value) || isLostError(value)
}

function describeLostField({ error }: LogRecord, { fields }: MislogContext, key: string): string {
  const value = isLost(error) ? error : readProperty(fields, key)
  const what = isEmptyObject(value)
    ? 'the error, with its message and its stack'
    : "the error's message and stack"
  return `${what}: \`${key}\` came as plain JSON`
}

function describeLostText(record: LogRecord, context: MislogContext): string | undefined {
  const { message, fields } = context
  if (context.hasError || context.severity < errorSeverity) return undefined
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
