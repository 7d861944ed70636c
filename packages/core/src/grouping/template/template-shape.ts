import { wildcard } from './message-reader.ts'
import {
  entityNouns,
  functionWords,
  isCommonNoun,
  isOutcome,
  leadIns,
  looksLikeOutcome,
} from './vocabulary.ts'

/** Stands in a template where words differed, so that any name may stand there. */
const nameWildcard = '<name>'

/** What the messages of one origin have in common: its words, with wildcards where the messages differ. */
export type TemplateShape = readonly string[]

/** How many distinctive words must agree where a name is expected, as in `'user alice'` and `'from alice'`. */
const agreementForName = 2
/** How many must agree anywhere else. */
const agreementElsewhere = 5

export const isWildcard = (token: string): boolean => token === wildcard || token === nameWildcard

const isDistinctive = (token: string): boolean =>
  !isWildcard(token) && !functionWords.has(token.toLowerCase())

/** Whether the word before announces a name. */
function expectsName(shape: TemplateShape, index: number): boolean {
  const before = shape[index - 1]
  if (before === undefined) return false
  return entityNouns.has(before.toLowerCase()) || (index > 1 && leadIns.has(before))
}

/** Where a name has been seen before, anything is one that has no meaning of its own. */
const canBeName = (token: string): boolean =>
  isWildcard(token) || !(token.endsWith('=') || functionWords.has(token) || isOutcome(token))

const isLikelyName = (token: string): boolean =>
  isWildcard(token) || (canBeName(token) && !looksLikeOutcome(token) && !isCommonNoun(token))

/** Dotted, with hyphens, or a constant: camel and snake case are names of code, which distinguish origins. */
export const looksLikeName = (token: string): boolean =>
  isWildcard(token) || /[A-Za-z][.-][A-Za-z]|^[A-Z]+_[A-Z_]+$/.test(token)

/** The words of one name. */
const maxNameTokens = 3

/** The shape that has both, if all that differs is a name of several words. */
function joinAroundName(shape: TemplateShape, message: TemplateShape): TemplateShape | undefined {
  const start = commonStart(shape, message)
  const end = commonEnd(shape, message, start)
  if (Math.max(shape.length, message.length) - start - end > maxNameTokens) return undefined
  const before = shape.slice(0, start)
  const after = shape.slice(shape.length - end)
  const words = [
    ...shape.slice(start, shape.length - end),
    ...message.slice(start, message.length - end),
  ]
  if (!words.every(isLikelyName)) return undefined
  // Words that one of the two lacks are a part of the value beside them.
  const isPart = start + end === Math.min(shape.length, message.length)
  const head = isWildcard(before.at(-1) ?? '') ? before.slice(0, -1) : before
  const tail = isWildcard(after[0] ?? '') ? after.slice(1) : after
  if (isPart && head === before && tail === after) return undefined

  const canBePart = isPart && (start === 0 || words.every(isProperName))
  const elsewhere = canBePart ? agreementElsewhere : Infinity
  const needed = expectsName(before, head.length) ? agreementForName : elsewhere
  const agreeing = before.filter(isDistinctive).length + after.filter(isDistinctive).length
  return agreeing >= needed ? [...head, nameWildcard, ...tail] : undefined
}

const isProperName = (token: string): boolean => looksLikeName(token) || /^\p{Lu}/u.test(token)

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

/** The shape that has both, or `undefined` if the message is of another origin. */
export function joinShapes(
  shape: TemplateShape,
  message: TemplateShape,
): TemplateShape | undefined {
  return shape.length === message.length
    ? joinByPosition(shape, message)
    : joinAroundName(shape, message)
}

function joinByPosition(shape: TemplateShape, message: TemplateShape): TemplateShape | undefined {
  const agreeing = agreementOf(shape, message)
  if (agreeing === 0) return undefined
  const joined: string[] = []
  for (const [index, token] of message.entries()) {
    if (shape[index] === token) {
      joined.push(token)
      continue
    }
    const needed = agreementToJoin(shape, index, token)
    if (needed === undefined || needed > agreeing) return undefined
    joined.push(nameWildcard)
  }
  return joined
}

/** How many distinctive words agree; 0 if too many differ. */
function agreementOf(shape: TemplateShape, message: TemplateShape): number {
  let agreeing = 0
  let names = 0
  for (let index = 0; index < message.length; index += 1) {
    const known = shape[index] ?? ''
    if (isWildcard(known)) continue
    if (known !== message[index]) names += 1
    else if (isDistinctive(known)) agreeing += 1
  }
  return agreeing >= 2 * names - 1 ? agreeing : 0
}

function agreementToJoin(shape: TemplateShape, index: number, token: string): number | undefined {
  const known = shape[index] ?? ''
  if (known === nameWildcard) return canBeName(token) ? 1 : undefined
  if (!isLikelyName(known) || !isLikelyName(token)) return undefined
  if (expectsName(shape, index)) return agreementForName
  return looksLikeName(known) && looksLikeName(token) ? agreementElsewhere : undefined
}

/**
 * The text of a message with wildcards for its values and for the names that another message may have in their place, so
 * that it is the same whichever of them came first.
 */
export function describeShape(shape: TemplateShape): string {
  const isName = shape.map(
    (token, index) => !isWildcard(token) && expectsName(shape, index) && isLikelyName(token),
  )
  const names = isName.filter(Boolean).length
  const agreeing = shape.filter(isDistinctive).length - names
  const isEnough = agreeing >= Math.max(agreementForName, 2 * names - 1)
  return shape.map((token, index) => (isEnough && isName[index] ? nameWildcard : token)).join(' ')
}
