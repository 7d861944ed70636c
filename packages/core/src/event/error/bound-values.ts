import { redacted } from '../../redaction/bounded-text.ts'
import type { Redactor } from '../../redaction/redactor.ts'
import { classNameOf, readText } from '../../redaction/safe-read.ts'

/** Where a database or its library writes the values of a statement into a text: what stands between `start` and `end` is hidden. */
interface ValuePhrase {
  /** Much faster to look for than the form. */
  readonly hint: string
  readonly start: RegExp
  readonly end: RegExp
}

/* oxfmt-ignore */
const phrases: readonly ValuePhrase[] = [
  // Drizzle, up to the frames of a stack
  { hint: 'Failed query: ', start: /\nparams: (?!$)/g, end: /\n[ \t]*at |$/g },
  // PostgreSQL
  { hint: ')=(', start: /Key \([^)\n]{1,500}\)=\(/g, end: /\) (?:already exists|is not present|is still referenced|conflicts with)/g },
  { hint: 'Failing row contains', start: /Failing row contains \(/g, end: /\)\.?(?:\n|$)/g },
  { hint: 'portal parameter', start: /portal parameter \$\d{1,5} = '/g, end: /'(?:$|\n|,)/g },
  { hint: 'for type ', start: /invalid input syntax for type [\w ]{1,60}: "/g, end: /"(?:$|\n)/g },
  { hint: 'for enum ', start: /invalid input value for enum [\w."]{1,130}: "/g, end: /"(?:$|\n)/g },
  { hint: 'out of range', start: /\bvalue "(?=[^"\n]{0,1000}" is out of range for type )/g, end: /"/g },
  { hint: 'out of range', start: /field value out of range: "/g, end: /"/g },
  // MySQL
  { hint: 'Duplicate entry', start: /Duplicate entry '/g, end: /' for key /g },
  { hint: ' value: ', start: /(?:Incorrect|Truncated incorrect) [\w ]{1,30} value: '/g, end: /'(?: for column |$|\n)/g },
  // SQL Server
  { hint: 'duplicate key value is', start: /The duplicate key value is \(/g, end: /\)\./g },
  // MongoDB
  { hint: 'dup key: ', start: /dup key: \{/g, end: /\}(?:$|\n|,|\)| )/g },
]

/** Takes time in proportion to the text: where one phrase has no end, a later one has none either. */
function hideBetween(text: string, { start, end }: ValuePhrase): string {
  let result = ''
  let from = 0
  for (;;) {
    start.lastIndex = from
    if (start.exec(text) === null) break
    const valueAt = start.lastIndex
    end.lastIndex = valueAt
    const found = end.exec(text)
    if (found === null) break
    result += text.slice(from, valueAt) + redacted
    from = found.index
  }
  return result + text.slice(from)
}

/** A statement by itself, behind a library's words, or in front of the error as knex writes it. */
const statement =
  /^\s*(?:[\w.]{1,60}: )?(?:Failed query: |Executing \([^)]{1,60}\): )?(?:insert\s+into|replace\s+into|delete\s+from|update\s.{1,500}?\sset|select\s.{1,2000}?\sfrom|with\s.{1,200}?\sas|merge\s+into)\s/is

/** Texts and numbers in a statement. */
const literals =
  /'(?:[^'\\]|\\.|'')*(?:'|$)|(?<=[=<>(,]\s{0,4}|\b(?:between|limit|offset)\s{1,4})-?\d+(?:\.\d+)?\b/gis

/** Prisma shows the call with its arguments, and the lines of code around it. */
const prismaCall = /Invalid `[^`\n]{1,200}` invocation/

const prismaLiterals = /"(?:[^"\\\n]|\\.)*"|(?<=: )-?\d+(?:\.\d+)?\b/g

/** A text without the values of statements, which stay: a value is a customer's data, and tells nothing about the mistake. */
export function hideBoundValues(text: string): string {
  let result = text
  for (const phrase of phrases) {
    if (result.includes(phrase.hint)) result = hideBetween(result, phrase)
  }
  if (statement.test(result)) result = result.replace(literals, '?')
  return prismaCall.test(result) ? result.replace(prismaLiterals, '?') : result
}

/** Under which names errors of databases have values. */
const valueKeys: ReadonlySet<string> = new Set([
  'parameters',
  'params',
  'bindings',
  'values',
  'value',
  'fields',
  'keyValue',
  'instance',
  'op',
  'insertedDocs',
])

/** The redactor for the properties of an error: in that of a database it hides the values of the statement, too. */
export function redactorOfProperties(error: object, redactor: Redactor): Redactor {
  if (!isOfDatabase(error)) return redactor
  return redactor.with({ isSecretKey: (key) => valueKeys.has(key) || redactor.isSecretKey(key) })
}

function isOfDatabase(error: object): boolean {
  const hasStatement = ['sql', 'query', 'statement'].some(
    (key) => readText(error, key) !== undefined,
  )
  // Of MongoDB, also after a serializer.
  const names = [readText(error, 'name'), readText(error, 'type'), classNameOf(error)]
  return hasStatement || names.some((name) => name?.startsWith('Mongo') === true)
}
