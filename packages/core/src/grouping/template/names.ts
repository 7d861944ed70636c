import { wildcard } from './tokens.ts'
import {
  entityNouns,
  functionWords,
  isCommonNoun,
  isOutcome,
  leadIns,
  looksLikeOutcome,
} from './vocabulary.ts'

/** Stands in a template where words differed, so that any name may stand there. */
export const nameWildcard = '<name>'

/** What the messages of one origin have in common: its words, with wildcards where the messages differ. */
export type TemplateShape = readonly string[]

/**
 * How many telling words must agree before a word may be taken for a value, by what stands before it:
 * `'user alice'`, `'from alice'`, or anything else.
 */
const agreementAfterNoun = 2
const agreementAfterLeadIn = 2
export const agreementElsewhere = 5

export const isWildcard = (token: string): boolean => token === wildcard || token === nameWildcard

export const isTelling = (token: string): boolean =>
  !isWildcard(token) && !functionWords.has(token.toLowerCase())

/** By the word before; `undefined` where no name is to be expected. */
export function agreementAfter(shape: TemplateShape, index: number): number | undefined {
  const before = shape[index - 1]
  if (before === undefined) return undefined
  if (entityNouns.has(before.toLowerCase())) return agreementAfterNoun
  return index > 1 && leadIns.has(before) ? agreementAfterLeadIn : undefined
}

/** Where a name has been seen before, anything is one that has no meaning of its own. */
export const canBeName = (token: string): boolean =>
  isWildcard(token) || !(token.endsWith('=') || functionWords.has(token) || isOutcome(token))

export const isLikelyName = (token: string): boolean =>
  isWildcard(token) || (canBeName(token) && !looksLikeOutcome(token) && !isCommonNoun(token))

/** Dotted, with hyphens, or a constant: camel and snake case are names of code, which tell origins apart. */
export const looksLikeName = (token: string): boolean =>
  isWildcard(token) || /[A-Za-z][.-][A-Za-z]|^[A-Z]+_[A-Z_]+$/.test(token)

/** The words of one name. */
const maxNameTokens = 3

/** Where two messages part: what each has there, and what both have on its sides. */
interface Gap {
  readonly before: TemplateShape
  readonly known: TemplateShape
  readonly found: TemplateShape
  readonly after: TemplateShape
}

/** The shape that has both, if all that differs is a name of several words. */
export function joinAroundName(
  shape: TemplateShape,
  message: TemplateShape,
): TemplateShape | undefined {
  const start = commonStart(shape, message)
  const end = commonEnd(shape, message, start)
  if (Math.max(shape.length, message.length) - start - end > maxNameTokens) return undefined
  const gap = {
    before: shape.slice(0, start),
    known: shape.slice(start, shape.length - end),
    found: message.slice(start, message.length - end),
    after: shape.slice(shape.length - end),
  }
  const needed = agreementAcrossGap(gap)
  if (needed === undefined) return undefined
  const agreeing = gap.before.filter(isTelling).length + gap.after.filter(isTelling).length
  return agreeing >= needed ? withoutGap(gap) : undefined
}

function agreementAcrossGap(gap: Gap): number | undefined {
  const words = [...gap.known, ...gap.found]
  if (!words.every(isLikelyName)) return undefined
  const isBehindValue = endsInValue(gap.before)
  const expected = agreementAfter(gap.before, gap.before.length - (isBehindValue ? 1 : 0))
  if (gap.known.length > 0 && gap.found.length > 0) return expected

  // Words that one of the two lacks are a part of the value beside them.
  if (!isBehindValue && !beginsWithValue(gap.after)) return undefined
  return expected ?? agreementOnPart(gap, words)
}

function agreementOnPart(gap: Gap, words: TemplateShape): number | undefined {
  return gap.before.length === 0 || words.every(isProperName) ? agreementElsewhere : undefined
}

const beginsWithValue = (shape: TemplateShape): boolean => isWildcard(shape[0] ?? '')

const endsInValue = (shape: TemplateShape): boolean => isWildcard(shape.at(-1) ?? '')

const isProperName = (token: string): boolean => looksLikeName(token) || /^\p{Lu}/u.test(token)

function withoutGap({ before, after }: Gap): TemplateShape {
  const head = endsInValue(before) ? before.slice(0, -1) : before
  const tail = beginsWithValue(after) ? after.slice(1) : after
  return [...head, nameWildcard, ...tail]
}

const fits = (known: string | undefined, token: string | undefined): boolean =>
  known === token || (known === nameWildcard && token !== undefined && canBeName(token))

function commonStart(shape: TemplateShape, message: TemplateShape): number {
  const most = Math.min(shape.length, message.length)
  let count = 0
  while (count < most && fits(shape[count], message[count])) count += 1
  return count
}

function commonEnd(shape: TemplateShape, message: TemplateShape, start: number): number {
  const most = Math.min(shape.length, message.length) - start
  let count = 0
  while (count < most && fits(shape.at(-1 - count), message.at(-1 - count))) count += 1
  return count
}
