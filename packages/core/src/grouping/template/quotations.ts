import { endOfStructure } from './structure.ts'
import { characterClass, digit, letter, space } from './value-shapes.ts'

export const maxQuotedCharacters = 300

/** The marks that may end a quotation, by the one that begins it. */
export const closingQuotes: Readonly<Record<string, readonly string[]>> = {
  '“': ['”'],
  '‘': ['’'],
  '«': ['»'],
  '„': ['“', '”'],
  '‚': ['‘', '’'],
  '‹': ['›'],
  '「': ['」'],
  '『': ['』'],
  '《': ['》'],
  '〈': ['〉'],
}

/** Where a quotation ends that begins and ends with the same mark; -1 if nowhere. */
export function closingTwin(text: string, open: number): number {
  const mark = text[open] ?? ''
  const isStructure = '[{'.includes(text[open + 1] ?? ' ')
  const start = Math.max(open + 1, isStructure ? endOfStructure(text, open + 1) : -1)
  const end = Math.min(text.length, start + maxQuotedCharacters)
  let firstInside = -1
  let depth = 0
  for (
    let index = text.indexOf(mark, start);
    index >= 0 && index < end;
    index = text.indexOf(mark, index + 1)
  ) {
    if (index + 1 < text.length && characterClass(text.charCodeAt(index + 1)) & (letter | digit)) {
      // An apostrophe, or the beginning of a quotation in this one.
      if (characterClass(text.charCodeAt(index - 1)) & space) depth += 1
      if (firstInside < 0) firstInside = index
    } else if (depth > 0) depth -= 1
    else return index
  }
  return firstInside
}
