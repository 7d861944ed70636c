import type { StackFrame } from '../event/log-event.ts'

const maxSegments = 4

/** A frame as a person names a place: `chargeCard (src/billing/charge.ts:42)`. */
export function showFrame(frame: StackFrame, appRoot?: string): string {
  if (frame.file === undefined) return frame.function ?? frame.text
  const place = showPlace(frame.file, frame.line, appRoot)
  return frame.function === undefined ? place : `${frame.function} (${place})`
}

function showPlace(file: string, line: number | undefined, appRoot: string | undefined): string {
  const path = shortPath(file.replaceAll('\\', '/'), appRoot?.replaceAll('\\', '/'))
  return line === undefined ? path : `${path}:${line}`
}

function shortPath(file: string, appRoot: string | undefined): string {
  if (appRoot !== undefined && appRoot !== '' && file.startsWith(`${appRoot}/`)) {
    return file.slice(appRoot.length + 1)
  }
  const segments = file.split('/')
  // One more for the empty segment before the first slash.
  return segments.length <= maxSegments + 1 ? file : `…/${segments.slice(-maxSegments).join('/')}`
}
