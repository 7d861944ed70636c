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
