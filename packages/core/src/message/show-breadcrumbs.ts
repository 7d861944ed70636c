import type { LogEvent } from '../event/log-event.ts'
import { cleanText } from './clean-text.ts'
import { ellipsize } from './cut-text.ts'
import { errorLine } from './headline.ts'
import { replaceNewlines } from './sanitize-text.ts'
import { showInLine } from './show-value.ts'

const maxBreadcrumbs = 15
const maxLine = 240

/** The last log lines before an event, aligned, with how long before it they were: `-1.24s info  cart loaded {"items":3}`. */
export function showBreadcrumbs(breadcrumbs: readonly LogEvent[], time: number): string {
  const shown = breadcrumbs.slice(-maxBreadcrumbs)
  const offsets = shown.map((breadcrumb) => showOffset(breadcrumb.time - time))
  const offsetWidth = longest(offsets)
  const levelWidth = longest(shown.map(({ level }) => level))
  return shown
    .map((breadcrumb, index) => {
      const start = `${(offsets[index] ?? '').padStart(offsetWidth)} ${breadcrumb.level.padEnd(levelWidth)}`
      return ellipsize(
        replaceNewlines(cleanText(`${start} ${showLine(breadcrumb)}`), '\\n'),
        maxLine,
      )
    })
    .join('\n')
}

function showLine({ message, error, fields }: LogEvent): string {
  const failure = error === undefined || message.includes(error.message) ? '' : errorLine(error)
  const rest = Object.keys(fields).length === 0 ? '' : showInLine(fields)
  return [message, failure, rest].filter((part) => part !== '').join(' ')
}

function showOffset(offsetMs: number): string {
  const sign = offsetMs > 0 ? '+' : '-'
  const seconds = Math.abs(offsetMs) / 1000
  if (seconds < 60) return `${sign}${seconds.toFixed(2)}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${sign}${minutes}m${twoDigits(seconds % 60)}s`
  return `${sign}${Math.floor(minutes / 60)}h${twoDigits(minutes % 60)}m`
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, '0')
}

function longest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length))
}
