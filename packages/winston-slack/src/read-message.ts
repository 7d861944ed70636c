import { format } from 'node:util'
import type { LogRecord } from '@slack-logger/core'
import { splatOf, type FoundError } from './find-error.ts'
import type { WinstonInfo } from './read-info.ts'

/** The text the program logged, without what winston glued to it, and its format string if it had one. */
export function readMessage(
  info: WinstonInfo,
  found: FoundError | undefined,
): Pick<LogRecord, 'message' | 'template'> {
  const message = info['message']
  if (found?.place === 'info' || found?.place === 'message' || message === undefined) {
    return { message: '' }
  }
  if (typeof message !== 'string') return { message: show(message) }
  const splat = splatOf(info)
  if (splat.length > 0 && hasPlaceholder(message)) {
    return { message: format(message, ...splat), template: message }
  }
  return { message: found === undefined ? message : withoutError(message, found) }
}

function hasPlaceholder(message: string): boolean {
  return message.includes('%') && /%[sdifjoOc]/.test(message)
}

/** winston glues the message of an error in the splat to the logged text, and to its own word the stack of an uncaught one. */
function withoutError(message: string, { error, place }: FoundError): string {
  const errorMessage = (error as { message?: unknown }).message
  if (typeof errorMessage !== 'string' || message === errorMessage) return ''
  const textEnd = message.length - errorMessage.length - 1
  if (place === 'splat' && message[textEnd] === ' ' && message.endsWith(errorMessage)) {
    return message.slice(0, textEnd)
  }
  if (place !== 'error') return message
  return /^(uncaughtException|unhandledRejection): /.exec(message)?.[1] ?? message
}

function show(value: unknown): string {
  try {
    return JSON.stringify(value) ?? typeof value
  } catch {
    // A cycle, a BigInt or a getter that throws: the fields show what can be shown of it.
    return Object.prototype.toString.call(value)
  }
}
