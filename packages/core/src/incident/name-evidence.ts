import { wildcard } from './message-tokens.ts'
import {
  entityNouns,
  functionWords,
  isCommonNoun,
  isOutcome,
  leadIns,
  looksLikeOutcome,
} from './message-vocabulary.ts'

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
