import { cleanText } from './clean-text.ts'
import { ellipsize } from './cut-text.ts'
import type { MessageSettings } from './message-settings.ts'
import { literalPieces, packPieces } from './reply-pieces.ts'
import type { Replies } from './replies.ts'
import { replaceNewlines } from './sanitize-text.ts'
import { showCount } from './show-number.ts'
import type { StormMember, StormView } from './storm-message.ts'
import { maxPieces } from './slack-limits.ts'
import { wordsFor } from './words.ts'

const maxLine = 300

/** Every problem of a storm, for its thread; as a file too where they are many. */
export function buildStormMembers(storm: StormView, settings: MessageSettings): Replies {
  const title = wordsFor(settings.locale).storm.members
  const content = storm.members.map(showMember).join('\n')
  const pieces = literalPieces(title, content)
  const messages = packPieces(pieces.slice(0, maxPieces), title, settings.detail)
  if (pieces.length <= maxPieces) return { messages }
  return { messages, file: { filename: 'storm.txt', title, content } }
}

/** `    204  3fa9c1  TypeError: x is not a function  chargeCard (src/billing/charge.ts:42)` */
function showMember({ count, fingerprint, title, culprit }: StormMember): string {
  const parts = [showCount(count).padStart(7), fingerprint, title, culprit ?? '']
  return ellipsize(replaceNewlines(cleanText(parts.join('  ')), ' ').trimEnd(), maxLine)
}
