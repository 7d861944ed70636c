/** A word of prose has neither digits nor capitals inside nor signs: `basic authentication`, `Bearer realm`. */
export function looksRandom(value: string): boolean {
  return /\d|[a-z][A-Z]|[._~+/=]/.test(value.replace(/[.=]+$/, ''))
}

const minGeneratedLength = 16

/** UUIDs and ULIDs: identifiers. */
const identifier =
  /^(?:[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|[0-7][\dA-HJKMNP-TV-Z]{25})$/i

/** A word, a number or a name in camel case: what people put together with dots, dashes and slashes. */
const readablePart = /^(?:\d{1,12}|[A-Za-z]?[a-z]*\d{0,3}|[A-Z]*\d{0,3}|[a-z]+(?:[A-Z][a-z]+)*)$/

/** True for a value that a program made up so that nobody can guess it: letters and digits in no order, 16 of them or more. */
export function looksGenerated(value: string): boolean {
  return (
    value.length >= minGeneratedLength &&
    /^[\w.~+/=:|%$!-]+$/.test(value) &&
    /\d/.test(value) &&
    /[A-Za-z]/.test(value) &&
    !identifier.test(value) &&
    !isReadable(value)
  )
}

/** True for names of parts that people read: `com.example.jobs/4505`, `deployment-user-2024`, `30546173_4261722401`. */
export function isReadable(value: string): boolean {
  return value.split(/[^A-Za-z\d]+/).every((part) => readablePart.test(part))
}

/** What stands in the place of a value and is none: of a state, a type, a statement's parameter, of what is masked already. */
const placeholders =
  /^(?:undefined|null|nil|none|yes|no|true|false|empty|missing|required|invalid|expired|unknown|denied|failed|failure|ok|string|number|boolean|object|function|redacted|n\/a|\*+|•+|x{3,}|\$\d{1,3}|\?|%[sdoj]|[:@]\w{1,32}|\$?\{{1,2}[^{}]{0,64}\}{0,2}|<[\w -]{0,64}>|\[(?:redacted|filtered|masked|hidden|object|array|function).*)[.,;]?$/i

const maxPlaceholderLength = 128

/** True for a text that says that there is no value, or that it is hidden. */
export function isPlaceholder(value: string): boolean {
  return value.length <= maxPlaceholderLength && placeholders.test(value)
}

/** Characters of values that are not in quotes: what else may end one depends on what follows it. */
const unquoted = /[^\s"'`&;,}\])<>\\]*/y

/** Where these stand, the value ends only if the form that it stands in goes on: `&name=`, `;name=`, `, `, `)` and no word. */
const goesOn: Readonly<Record<string, RegExp>> = {
  '&': /&(?=\w)(?!amp;|[\w.[\]%-]{1,64}=)/y,
  ';': /;(?=[^\s"'`;])(?![\w .-]{1,64}=)/y,
  ',': /,(?=[^\s"'`,[{}\]])(?![\w.-]{1,64}["']?[=:])/y,
  '}': /\}(?=[\w!@#$%^&*+-])/y,
  ')': /\)(?=[\w!@#$%^&*+-])/y,
  ']': /\](?=[\w!@#$%^*+-])/y,
  "'": /(?<=\w)'(?=\w)/y,
  '\\': /\\(?=[^"'`nrtu\\\s])/y,
}

/** Where a value that is not in quotes ends: where the form says, and not at a sign that may be in a password. */
export function findValueEnd(text: string, start: number): number {
  for (let at = start; ;) {
    unquoted.lastIndex = at
    unquoted.exec(text)
    at = unquoted.lastIndex
    const pattern = goesOn[text[at] ?? '']
    if (pattern === undefined) return at
    pattern.lastIndex = at
    if (at === start || pattern.exec(text) === null) return at
    at += 1
  }
}
