import { redacted } from '../../redaction/bounded-text.ts'
import type { Redactor } from '../../redaction/redactor.ts'
import { classNameOf, readText } from '../../redaction/safe-read.ts'

/** Where a database or its library writes the values of a statement into a text: what `value` matches is hidden. */
interface ValuePhrase {
  /** Much faster to look for than the form. */
  readonly hint: string
  readonly form: RegExp
}

/* oxfmt-ignore */
const phrases: readonly ValuePhrase[] = [
  // Drizzle, up to the frames of a stack
  { hint: 'Failed query: ', form: /(?<=\nparams: )(?<value>(?!$).+?)(?=\n\s*at |$)/gs },
  // PostgreSQL
  { hint: ')=(', form: /(?<=Key \([^)\n]{1,500}\)=\()(?<value>.*?)(?=\) (?:already exists|is not present|is still referenced|conflicts with))/gs },
  { hint: 'Failing row contains', form: /(?<=Failing row contains \()(?<value>.*)(?=\))/gs },
  { hint: 'portal parameter', form: /(?<=portal parameter \$\d{1,5} = ')(?<value>.*?)(?='(?:$|\n|,))/gs },
  { hint: 'for type ', form: /(?<=invalid input syntax for type [\w ]{1,60}: ")(?<value>.*?)(?="(?:$|\n))/gs },
  { hint: 'for enum ', form: /(?<=invalid input value for enum [\w."]{1,130}: ")(?<value>.*?)(?="(?:$|\n))/gs },
  { hint: 'out of range', form: /(?<=\bvalue ")(?<value>[^"\n]*)(?=" is out of range for type )/g },
  { hint: 'out of range', form: /(?<=field value out of range: ")(?<value>[^"\n]*)(?=")/g },
  // MySQL
  { hint: 'Duplicate entry', form: /(?<=Duplicate entry ')(?<value>.*?)(?=' for key )/gs },
  { hint: ' value: ', form: /(?<=(?:Incorrect|Truncated incorrect) [\w ]{1,30} value: ')(?<value>.*?)(?='(?: for column |$|\n))/gs },
  // SQL Server
  { hint: 'duplicate key value is', form: /(?<=The duplicate key value is \()(?<value>.*?)(?=\)\.)/gs },
  // MongoDB
  { hint: 'dup key: ', form: /(?<=dup key: \{)(?<value>.*?)(?=\}(?:$|\n|,|\)| ))/gs },
]

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
  for (const { hint, form } of phrases) {
    if (result.includes(hint)) result = result.replace(form, redacted)
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
