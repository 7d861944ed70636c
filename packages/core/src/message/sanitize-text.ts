import { textOf } from './text-of.ts'

/** How {@link sanitizeText} treats line ends. */
export interface SanitizeTextOptions {
  /**
   * Whether line ends stay visible, as the two characters `\n`; otherwise they are removed.
   *
   * @default true
   */
  readonly allowNewlines?: boolean
}

/**
 * The text of any value on one line and without quotes, so that it stands safely in a title, a notification or a template.
 *
 * Both `"` and `'` are removed; line ends become the two characters `\n`.
 *
 * @example
 * sanitizeText(`can't read "id"\nof undefined`) // 'cant read id\\nof undefined'
 */
export function sanitizeText(
  value: unknown,
  { allowNewlines = true }: SanitizeTextOptions = {},
): string {
  return replaceNewlines(removeQuotes(textOf(value)), allowNewlines ? '\\n' : '')
}

/** The text without `"` and `'`. */
export function removeQuotes(text: string): string {
  return text.replace(/["']/g, '')
}

/** The text with each line end, however it is written, replaced. */
export function replaceNewlines(text: string, replacement: string): string {
  return text.replace(/\r\n|[\n\r\u2028\u2029]/g, replacement)
}
