import { cleanText } from './clean-text.ts'
import type { SanitizeSettings } from './message-settings.ts'
import { removeQuotes, replaceNewlines, sanitizeText } from './sanitize-text.ts'

/** A text for titles, notifications and one-line fields: clean, sanitised as the settings say, trimmed at both ends. */
export function shortText(text: string, settings: SanitizeSettings): string {
  const clean = cleanText(text).trim()
  if (settings.quotes === 'remove' && settings.newlines === 'escape') return sanitizeText(clean)
  const unquoted = settings.quotes === 'remove' ? removeQuotes(clean) : clean
  return settings.newlines === 'escape' ? replaceNewlines(unquoted, '\\n') : unquoted
}
