import { cleanText } from './clean-text.ts'
import type { SanitizeSettings } from './message-settings.ts'
import { removeQuotes, replaceNewlines } from './sanitize-text.ts'

/** Anything but what stands in a line as it is, which is most of what is shown. */
const unusual = /[^ !#-&(-~]/

/** A text for titles, notifications and one-line fields: clean, sanitised as the settings say, trimmed at both ends. */
export function shortText(text: string, settings: SanitizeSettings): string {
  if (!unusual.test(text)) return text.trim()
  const clean = cleanText(text).trim()
  const unquoted = settings.quotes === 'remove' ? removeQuotes(clean) : clean
  return settings.newlines === 'escape' ? replaceNewlines(unquoted, '\\n') : unquoted
}
