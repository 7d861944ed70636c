import { cleanText } from './clean-text.ts'
import type { SanitizeSettings } from './message-settings.ts'
import { removeQuotes, replaceNewlines } from './sanitize-text.ts'

/** A text for titles, notifications and one-line fields: clean, sanitised as the settings say, trimmed at both ends. */
export function shortText(text: string, settings: SanitizeSettings): string {
  if (text === '') return ''
  const clean = cleanText(text).trim()
  const unquoted = settings.quotes === 'remove' ? removeQuotes(clean) : clean
  return settings.newlines === 'escape' ? replaceNewlines(unquoted, '\\n') : unquoted
}
