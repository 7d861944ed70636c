import { isLikelyName, wildcard, type Phrases } from './phrases.ts'
import {
  functionWords,
  isCommonNoun,
  isErrorName,
  isOutcome,
  looksLikeOutcome,
  statementWords,
} from './vocabulary.ts'

type Rejection = 'unknown' | 'refused' | 'negated'

const rejectionsOf = (kind: Rejection, words: string): readonly (readonly [string, Rejection])[] =>
  words.split(' ').flatMap((word) => [
    [word, kind],
    [`${word.charAt(0).toUpperCase()}${word.slice(1)}`, kind],
  ])

const rejections: ReadonlyMap<string, Rejection> = new Map([
  // What a program does not know; these never say why: `'Unknown command: start'`.
  ...rejectionsOf(
    'unknown',
    'unknown unsupported unrecognized unrecognised unregistered nonexistent',
  ),
  // What it does not take; behind the colon may stand why: `'Invalid command: start'`, `'Invalid token: expired'`.
  ...rejectionsOf('refused', 'unexpected invalid illegal duplicate'),
  // `'not found: slack'`, `'does not exist: slack'`, `'no such plugin: slack'`
  ...rejectionsOf(
    'negated',
    'find locate found exist exists supported registered recognized recognised known allowed such',
  ),
])
const negation =
  /^(?:not|no|cannot|can['’]t|couldn['’]t|never|doesn['’]t|isn['’]t|don['’]t|aren['’]t)$/i
/** Behind these stands why something was rejected. */
const explanations = /^(?:errors?|msg|message|exception|code|response|result|warning|details?)$/i

/** The types that `typeof` and validators name. */
const typeNames =
  /^(?:string|number|boolean|object|function|undefined|null|bigint|symbol|array|date|nan)$/i
const received = new Set(['got', 'Got', 'received', 'Received'])

/** How many words from the index on are what a program was given and did not take; 0 if there are none. */
export function lengthOfRejected(phrases: Phrases, index: number): number {
  const { words, marks } = phrases
  if (marks[index] === ':') return isRejectedName(phrases, index) ? 1 : 0
  const before = words[index - 1] ?? ''
  if ((before.length === 3 || before.length === 8) && received.has(before))
    return lengthOfType(words, index)
  const isUnexpected = before === 'type' && words[index - 2] === 'unexpected'
  return (isUnexpected && typeNames.test(words[index] ?? '')) || isUnknownName(phrases, index)
    ? 1
    : 0
}

/** `'Unknown command deploy'`, but not `'Unknown command option'`. */
const isUnknownName = (phrases: Phrases, index: number): boolean =>
  isLast(phrases, index) &&
  rejections.get(phrases.words[index - 2] ?? '') === 'unknown' &&
  isCommonNoun(phrases.words[index - 1] ?? '') &&
  isLikelyName(phrases.words[index] ?? '')

const isLast = ({ words, marks }: Phrases, index: number): boolean =>
  index === words.length - 1 || marks[index + 1] !== ''

/** As Node and validators print it: `'Received undefined'`, `'Received type number (17)'`, `'Received an instance of Map'`. */
function lengthOfType(words: readonly string[], index: number): number {
  const [first = '', second = '', third, fourth] = words.slice(index, index + 4)
  if (typeNames.test(first)) return 1
  if (first === 'type' && typeNames.test(second)) return 2
  const isInstance = first === 'an' && second === 'instance' && third === 'of'
  return isInstance && fourth !== undefined ? 4 : 0
}

function isRejectedName(phrases: Phrases, index: number): boolean {
  const word = phrases.words[index] ?? ''
  const noun = phrases.words[index - 1] ?? ''
  if (!isLast(phrases, index) || word === wildcard || functionWords.has(word)) return false
  if (explanations.test(noun) || statementWords.has(noun.toLowerCase())) return false
  switch (rejectionBefore(phrases, index)) {
    case 'unknown':
      return !isErrorName(word)
    case 'refused':
    case 'negated':
      return saysNoReason(word, noun)
    default:
      return false
  }
}

/** `'Invalid token: expired'` says why, and `'Not found: user'` what kind of thing. */
const saysNoReason = (word: string, noun: string): boolean =>
  missingValue.test(word) ||
  (!isOutcome(word) && !looksLikeOutcome(word) && (!isCommonNoun(word) || isCommonNoun(noun)))

const missingValue = /^(?:undefined|null|NaN)$/

/** What the sentence before the index says about what follows. */
function rejectionBefore({ words, marks }: Phrases, start: number): Rejection | undefined {
  for (let index = start - 1; index >= 0; index -= 1) {
    const rejection = rejections.get(words[index] ?? '')
    // `'Token unknown: expired'` says why.
    if (rejection === 'unknown') return index === start - 1 ? 'refused' : rejection
    if (rejection === 'refused') return rejection
    if (rejection === 'negated' && negation.test(words[index - 1] ?? '')) return rejection
    if (marks[index] !== '')
      return words[index] === 'No' || words[index] === 'no' ? 'negated' : undefined
  }
  return undefined
}
