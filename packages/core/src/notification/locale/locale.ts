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
 * All texts of a locale.
 *
 * @throws TypeError for a text that no message has, or one that is not of its type.
 */
export function resolveLocale(locale: 'en' | 'ko' | LocaleTexts): Locale {
  return typeof locale === 'string'
    ? locale
    : (withTexts(englishWords, locale, 'locale') as unknown as Words)
}

function withTexts(words: object, texts: object, path: string): object {
  const own = Object.entries(texts).flatMap(([name, text]: readonly [string, unknown]) => {
    const place = `${path}.${name}`
    const english: unknown = words[name as keyof typeof words]
    if (text === undefined) return []
    if (english === undefined) throw new TypeError(`Expected only known texts, got \`${place}\``)
    if (typeof text !== typeof english || text === null) {
      throw new TypeError(`Expected \`${place}\` to be a ${typeof english}, got ${typeof text}`)
    }
    return [[name, isGroup(english) ? withTexts(english, text, place) : text]]
  })
  return { ...words, ...(Object.fromEntries(own) as object) }
}
function isGroup(text: unknown): text is object {
  return typeof text === 'object'
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
