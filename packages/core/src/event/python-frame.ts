import type { StackFrame } from './log-event.ts'

const frameLine = /^File "([^"]{1,1024})", line (\d{1,9})(?:, in ([^\s].{0,255}))?$/

/** The standard library, installed packages and code without a file. */
const foreignFile =
  /^<|[/\\](?:site-packages|dist-packages)[/\\]|[/\\]lib(?:64)?[/\\]python\d(?:\.\d{1,2})?[/\\]|[/\\]Python\d{2,3}[/\\]Lib[/\\]/

/** Reads `File "/srv/app/orders.py", line 42, in charge`. */
export function parsePythonFrame(text: string): StackFrame | undefined {
  const match = frameLine.exec(text)
  if (match === null) return undefined
  const [, file = '', line, name] = match
  return {
    function: name === '<module>' || name === '<lambda>' ? undefined : name,
    file,
    line: Number(line),
    column: undefined,
    isInApp: !foreignFile.test(file),
    text,
  }
}
