import { Fingerprinter } from '../../src/grouping/fingerprint.ts'

export function stackOf(header: string, ...frames: readonly string[]): string {
  return [header, ...frames.map((frame) => `    at ${frame}`)].join('\n')
}

/** An error as it looks after it was thrown with the given stack. */
export function errorWith(stack: string, properties: object = {}): Error {
  const [header = ''] = stack.split('\n')
  const error = new Error(header.slice(header.indexOf(':') + 2))
  return Object.assign(error, { name: header.slice(0, header.indexOf(':')), stack }, properties)
}

/** How many problems the errors are. */
export function countProblems(...errors: readonly unknown[]): number {
  const grouping = new Fingerprinter()
  return new Set(errors.map((error) => grouping.of({ message: '', error }))).size
}
