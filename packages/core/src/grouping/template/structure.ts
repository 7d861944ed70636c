import { characterClass, digit, letter, space } from './value-shapes.ts'
import { structureStatement } from './vocabulary.ts'

const maxStatements = 3
/** What an object or a list begins with, in JSON, in what `util.inspect` prints, in a template's placeholder. */
const object = /\{(?:\s*\}|\s*["']?[\w$@.-]+["']?\s*(?:[:=]|=>)|\s*\[|\s?[\w$.]{1,40}\s?\}|\{)/y
const list = /\[\s*(?:["'`{[\]]|-?\d[\d.eE+-]*\s*,)/y

/** Where the structure that begins at the index ends; -1 if none does. One that was cut off ends with the text. */
export function endOfStructure(text: string, start: number): number {
  const pattern = text[start] === '{' ? object : list
  pattern.lastIndex = start
  if (!pattern.test(text)) return -1
  let depth = 0
  let quote = ''
  for (let index = start; index < text.length; index += 1) {
    const character = text[index] ?? ''
    if (quote !== '') {
      if (character === '\\') index += 1
      else if (character === quote) quote = ''
    } else if (character === '"') quote = character
    else if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') {
      depth -= 1
      if (depth === 0) return index + 1
    }
  }
  return text.length
}

/** What a structure says about a failure; of a list, what its first entry says. */
export function statementsOf(structure: string): readonly string[] {
  const end = structure.startsWith('[') ? structure.indexOf('}') + 1 : structure.length
  const found: string[] = []
  for (const match of structure.slice(0, end).matchAll(structureStatement)) {
    found.push(match[1] ?? match[2] ?? match[3] ?? '')
    if (found.length === maxStatements) break
  }
  return found
}

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
