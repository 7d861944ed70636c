import { lengthOfForeignName } from './foreign-names.ts'
import { endsPhrase, isLikelyName, lengthOfTitles, wildcard, type Phrases } from './phrases.ts'
import {
  aspects,
  declaredNouns,
  entityNouns,
  functionWords,
  holders,
  isCommonNoun,
  isOutcome,
  isPerson,
  leadIns,
  loginNames,
  looksLikeOutcome,
  nounSuffix,
  statementKeys,
  wordSet,
  isErrorName,
  statementWords,
} from './vocabulary.ts'

/** How many words beside the names must say what happened. */
const minDistinctiveWords = 2

/**
 * The words of a message with a wildcard in the place of those that are names, and in one form where they agree with a number.
 *
 * Whether a word is a name depends on the words around it, never on other messages: the key of a message is the same in
 * every process and in any order.
 */
export function maskNames(phrases: Phrases): readonly string[] {
  const { words } = phrases
  const names = findNames(phrases)
  const masked: string[] = []
  let isAfterValue = false
  for (let index = 0; index < words.length; index += 1) {
    const length = names?.get(index)
    const word = length === undefined ? (words[index] ?? '') : wildcard
    if (length !== undefined) index += length - 1
    if (isAfterValue && (word === wildcard || koreanParticle.test(word))) continue
    masked.push(isAfterValue ? singularOf(word) : agreeingForm(word))
    isAfterValue = word === wildcard
  }
  return masked
}

/** Which of two stands there depends on how the value before it is spoken. */
const koreanParticle = /^(?:을|를|이|가|은|는|과|와|으로|로|의)$/

/** `'1 error'` and `'2 errors'` differ in a number only. */
function singularOf(word: string): string {
  if (word.length < 4 || !word.endsWith('s') || /(?:ss|us|is|does)$/.test(word))
    return agreeingForm(word)
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  return word.slice(0, /(?:ch|sh|ss|x)es$/.test(word) ? -2 : -1)
}

/** One form for verbs that agree with a number: `'1 job was lost'`, `'2 jobs were lost'`. */
function agreeingForm(word: string): string {
  if (word === 'are') return 'is'
  if (word === 'were') return 'was'
  return word === 'have' ? 'has' : word
}

/** The indexes of the first words of names, and how many words each has. */
function findNames(phrases: Phrases): ReadonlyMap<number, number> | undefined {
  let names: Map<number, number> | undefined
  const { words } = phrases
  let end = -1
  for (let index = 0; index < words.length; index += 1) {
    const length = lengthOfName(phrases, index, index === end)
    if (length === 0) continue
    names ??= new Map()
    names.set(index, length)
    end = index + length
    index = end - 1
  }
  return names !== undefined && hasEnoughWords(words, names) ? names : undefined
}

/** Words of other scripts are recognized by more than their place. */
function hasEnoughWords(words: readonly string[], names: ReadonlyMap<number, number>): boolean {
  const english = [...names.keys()].filter((index) => isAscii(words[index] ?? '')).length
  if (english === 0) return true
  let distinctive = 0
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? ''
    const length = names.get(index)
    if (length !== undefined) index += length - 1
    else if (word !== wildcard && !functionWords.has(word.toLowerCase())) distinctive += 1
  }
  return distinctive >= Math.max(minDistinctiveWords, 2 * english - 1)
}

const isAscii = (word: string): boolean => word.charCodeAt(0) < 128

function lengthOfName(phrases: Phrases, index: number, isAfterName: boolean): number {
  const word = phrases.words[index] ?? ''
  if (word === wildcard || word.endsWith('=')) return 0
  const length = personTitles.has(word)
    ? lengthWithTitle(phrases, index)
    : lengthOfForeignName(phrases, index)
  if (length > 0) return length
  if (isOwner(phrases, index)) return 1
  return index === 0 || isAfterName
    ? 0
    : lengthOfRejected(phrases, index) || lengthOfEnglishName(phrases, index)
}

const apostrophes = new Set([0x27, 0x2019])
/** What a person has, and what no program has. */
const possessions = wordSet(
  `account accounts password passcode privileges permissions profile order orders cart inbox mailbox avatar wallet subscription
  invitation shift`,
)

/** `"alice's password"` */
function isOwner({ words }: Phrases, index: number): boolean {
  const word = words[index] ?? ''
  if (!word.endsWith('s') || !apostrophes.has(word.charCodeAt(word.length - 2))) return false
  if (!possessions.has(words[index + 1] ?? '')) return false
  const owner = word.slice(0, -2)
  return isLikelyName(owner) || loginNames.has(owner)
}

const personTitles = new Set(['Mr', 'Mrs', 'Ms', 'Dr', 'Prof'])

/** `'Dr. Jane Doe'` */
function lengthWithTitle(phrases: Phrases, index: number): number {
  const length = lengthOfTitles(phrases, index + 1)
  return length === 0 ? 0 : length + 1
}

const beginsSentence = ({ marks }: Phrases, index: number): boolean =>
  /[.!?;\n\]]/.test(marks[index] ?? '')

/** Where a name may stand, and what it must look like there. */
function lengthOfEnglishName(phrases: Phrases, index: number): number {
  const { words } = phrases
  const before = words[index - 1] ?? ''
  const noun = before.toLowerCase()
  if (isInBrackets(phrases, index)) return isCompoundName(words[index] ?? '') ? 1 : 0
  if (fileNouns.has(noun)) return lengthOfFileName(words, index)
  if (isNamed(words, index)) return Math.max(lengthOfTitles(phrases, index), 1)
  if (isDeclaredName(phrases, index, noun)) return 1
  const isEntity = entityNouns.has(noun)
  if (!isEntity && isIdentifier(phrases, index)) return 1
  if (!isEntity && (index < 2 || !leadIns.has(before))) return 0
  if (beginsSentence(phrases, index)) return 0
  return isEntity ? lengthAfterEntity(phrases, index, noun) : lengthAfterLeadIn(phrases, index)
}

function lengthAfterEntity(phrases: Phrases, index: number, noun: string): number {
  const word = phrases.words[index] ?? ''
  if (isMissingValue(phrases, index)) return 1
  if (isPerson(noun)) return lengthOfPersonName(phrases, index)
  if (acronym.test(word) && !endsPhrase(phrases, index)) return 0
  if (isThing(word)) return lengthOfThing(phrases, index)
  return isContent(noun, word) ? 1 : 0
}

/** `'field email is required'`, but not `'field type is required'` and `'field validation failed'`. */
function isDeclaredName(phrases: Phrases, index: number, noun: string): boolean {
  if (!declaredNouns.has(noun)) return false
  const { words, marks } = phrases
  const word = words[index] ?? ''
  if (marks[index] !== '' || aspects.has(word.toLowerCase()) || !canBePart(word)) return false
  return endsPhrase(phrases, index) || verbs.test(words[index + 1] ?? '')
}

const verbs = /n['’]t$|^(?:not|cannot|already|no)$/

/** `'index idx_users_email'`, but not `'reason card_declined'` and `'queue mail_out'`. */
function isIdentifier({ words, marks }: Phrases, index: number): boolean {
  const word = words[index] ?? ''
  if (marks[index] !== '' || !word.includes('_')) return false
  const noun = words[index - 1] ?? ''
  return (
    isCommonNoun(noun) &&
    !statementKeys.has(noun.toLowerCase()) &&
    word.split('_').every((part) => canBePart(part))
  )
}

/** `'product Blue Lamp'`, but not `'workspace Acme Import'`. */
function lengthOfThing(phrases: Phrases, index: number): number {
  const end = index + Math.max(lengthOfTitles(phrases, index), 1)
  let last = index + 1
  while (last < end && isLikelyName(phrases.words[last] ?? '')) last += 1
  return last - index
}

/** `'User undefined not found'` of a template literal, but not `'variable undefined'`. */
const isMissingValue = ({ words, marks }: Phrases, index: number): boolean =>
  /^(?:undefined|null|NaN)$/.test(words[index] ?? '') &&
  words[index + 1] !== undefined &&
  marks[index + 1] === ''

/** `'register failed (memory-core): …'` */
const isInBrackets = ({ words, marks }: Phrases, index: number): boolean =>
  (marks[index] === '(' || marks[index] === '[') &&
  (index === words.length - 1 || marks[index + 1] !== '')

const fileNouns = wordSet('file attachment image photo video')

/** `'file holiday in rome.jpg'`: the last word of it was recognized as a file. */
function lengthOfFileName(words: readonly string[], index: number): number {
  let end = index
  while (end < index + 4 && isThing(words[end] ?? '')) end += 1
  return end > index && words[end] === wildcard ? end - index : 0
}

/** `'an option named Express'`, `'an option with name Express'` */
function isNamed(words: readonly string[], index: number): boolean {
  const before = words[index - 1]
  const isAfterNoun = before === 'name' && words[index - 2] === 'with'
  return (before === 'named' || isAfterNoun) && isLikelyName(words[index] ?? '')
}

/** `'for Jane Doe'`, `'to redis-main'`; one word with a capital may be the name of a product. */
function lengthAfterLeadIn(phrases: Phrases, index: number): number {
  const { words } = phrases
  const titles = lengthOfTitles(phrases, index)
  if (titles > 1 && isLikelyName(words[index + titles - 1] ?? '')) return titles
  return isCompoundName(words[index] ?? '') || isAccount(phrases, index) ? 1 : 0
}

function lengthOfPersonName(phrases: Phrases, index: number): number {
  const word = phrases.words[index] ?? ''
  if (isLikelyName(word)) return Math.max(lengthOfTitles(phrases, index), 1)
  const isLogin =
    endsPhrase(phrases, index) &&
    (loginNames.has(word.toLowerCase()) || isSystemAccount(phrases, index))
  const next = phrases.words[index + 1] ?? ''
  const isFollowed = isOrigin.has(next) || (phrases.marks[index + 1] === '[' && next !== wildcard)
  return isLogin || (isFollowed && !isOutcome(word)) ? 1 : 0
}

/** Accounts of Unix systems whose names are common nouns. */
const systemAccounts = wordSet('bin daemon games irc list lp man news nobody proxy sync sys')

/** `'session opened for user news'`, but not `'user list is empty'`. */
const isSystemAccount = ({ words }: Phrases, index: number): boolean =>
  systemAccounts.has(words[index] ?? '') && /^(?:for|by|as|of)$/.test(words[index - 2] ?? '')

const isOrigin = new Set(['from', 'at', 'via'])

/** `'client SPP'`, but not `'plugin CLI crashed'`. */
const acronym = /^[A-Z]{2,4}$/
/** Of several words, as in `'is-owner'`. */
const joined = /[a-z](?:-|_|::)[a-z]/

const isThing = (word: string): boolean =>
  isLikelyName(word) &&
  (joined.test(word) || !nounSuffix.test(word)) &&
  !looksLikeOutcome(word.toLowerCase())

/** `'topic orders'`, but not `'topic metadata'`. */
const isContent = (noun: string, word: string): boolean =>
  holders.has(noun) && word.endsWith('s') && isCommonNoun(word) && !isOutcome(word)

/** Several words of which one is not known, as in `'redis-main'`, and constants. */
function isCompoundName(word: string): boolean {
  if (/^[A-Z]+_[A-Z_]+$/.test(word)) return !isOutcome(word)
  if (!/[A-Za-z]-[A-Za-z]/.test(word)) return false
  const parts = word.split('-')
  return parts.some((part) => !isCommonNoun(part)) && parts.every((part) => canBePart(part))
}

const canBePart = (part: string): boolean =>
  !(isOutcome(part) || looksLikeOutcome(part) || functionWords.has(part))

const accountWords =
  /^(?:log-?in|logged|log-?out|log-?on|sign-?in|sign-?up|password|passcode|authenticat\w{1,10}|authori[sz]\w{1,10}|access|permissions?|session|account|credentials?|denied|invited|approved|requested|assigned|owned)$/i

/** `'for alice'` and `'by alice'` in a message about an account. */
function isAccount(phrases: Phrases, index: number): boolean {
  const { words } = phrases
  const word = words[index] ?? ''
  const before = words[index - 1]
  if (before !== 'for' && before !== 'by') return false
  if (isPerson(word) && !(word === 'admin' && before === 'for')) return false
  if (!isLikelyName(word) && !loginNames.has(word)) return false
  return (
    endsPhrase(phrases, index) && words.slice(0, index - 1).some((one) => accountWords.test(one))
  )
}

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
