import type { Json } from '../json.ts'

/** One thing that Slack would refuse, in Slack's words. */
export interface Issue {
  readonly message: string
  /** Where it is, as a JSON pointer. */
  readonly pointer: string
  readonly constraint: { readonly type: string; readonly expected: Json }
}

/** Collects issues; more than these help nobody, and a hostile payload could have millions. */
export const maxIssues = 100

/** Looks at the value at `pointer` and adds what is wrong with it to `issues`. */
export type Check = (value: Json, pointer: string, issues: Issue[]) => void

/** The pointer to a property or an element of what `pointer` points to. */
export function below(pointer: string, key: string | number): string {
  if (typeof key === 'number' || /^\w*$/.test(key)) return `${pointer}/${key}`
  return `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** How many characters `text` has, as Slack counts: code points. */
export function countCharacters(text: string): number {
  let count = text.length
  for (let index = 0; index < text.length - 1; index += 1)
    if (isPair(text.charCodeAt(index), text.charCodeAt(index + 1))) count -= 1
  return count
}

function isPair(high: number, low: number): boolean {
  return high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff
}

/** An issue as the Web API writes it into `errors` and `response_metadata.messages`. */
export function issueText(issue: Issue): string {
  return `${issue.message} [json-pointer:${issue.pointer}]`
}
