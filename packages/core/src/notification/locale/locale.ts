import type { Locale, Span } from '../notification.ts'
import { englishWords } from './en.ts'
import { koreanWords } from './ko.ts'

/** The fixed texts of one language. */
export type Words = typeof englishWords

const builtIn: Readonly<Record<Extract<Locale, string>, Words>> = {
  en: englishWords,
  ko: koreanWords,
}

/** The fixed texts of a locale. */
export function wordsFor(locale: Locale): Words {
  return typeof locale === 'string' ? builtIn[locale] : locale
}

/** Texts of one's own for the option `locale`. What is left out is English. */
export type LocaleTexts = {
  readonly [Key in keyof Words]?: Words[Key] extends string | ((...values: never[]) => string)
    ? Words[Key] | undefined
    : Partial<Words[Key]> | undefined
}

/**
 * All texts of a locale. A function of the application that throws or returns no string is reported, and English takes its place.
 *
 * @throws TypeError for a text that no message has, or one that is not of its type.
 */
export function resolveLocale(
  locale: 'en' | 'ko' | LocaleTexts,
  onError: (error: unknown) => void,
): Locale {
  if (typeof locale === 'string') return locale
  return withTexts(englishWords, locale, { path: 'locale', onError }) as Words
}

interface TextsContext {
  readonly path: string
  readonly onError: (error: unknown) => void
}

function withTexts(words: object, texts: object, { path, onError }: TextsContext): object {
  const own = Object.entries(texts).flatMap(([name, text]: readonly [string, unknown]) => {
    const place = `${path}.${name}`
    const english: unknown = words[name as keyof typeof words]
    if (text === undefined) return []
    if (english === undefined) throw new TypeError(`Expected only known texts, got \`${place}\``)
    const kind = kindOf(english)
    if (kindOf(text) !== kind)
      throw new TypeError(`Expected \`${place}\` to be ${kind}, got ${kindOf(text)}`)
    if (kind === 'an object')
      return [[name, withTexts(english as object, text as object, { path: place, onError })]]
    return [
      [
        name,
        kind === 'a function'
          ? guardText(text as Template, english as Template, { path: place, onError })
          : text,
      ],
    ]
  })
  return { ...words, ...(Object.fromEntries(own) as object) }
}

function kindOf(text: unknown): string {
  if (text === null || text === undefined) return String(text)
  if (Array.isArray(text)) return 'a list'
  return typeof text === 'object' ? 'an object' : `a ${typeof text}`
}

type Template = (...values: readonly string[]) => unknown

function guardText(own: Template, english: Template, { path, onError }: TextsContext): Template {
  return (...values) => {
    try {
      const text = own(...values)
      if (typeof text === 'string') return text
      throw new TypeError(`Expected \`${path}\` to return a string, got ${kindOf(text)}`)
    } catch (error) {
      onError(error)
      return english(...values)
    }
  }
}

/** A template of fixed words with spans in the places of its values. */
export function spansOf(
  template: (...values: string[]) => string,
  ...values: readonly Span[]
): readonly Span[] {
  const marks = values.map((_, index) => `\0${index}\0`)
  // No text contains this character, so every second part is the index of a value.
  return template(...marks)
    .split('\0')
    .flatMap((part, index): readonly Span[] => {
      if (index % 2 === 1) return values.slice(Number(part), Number(part) + 1)
      return part === '' ? [] : [{ text: part }]
    })
}
