const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(' '))

/** Units that follow a number and change with it, as in `'900 ms'` and `'2 s'`. */
export const units: ReadonlySet<string> = wordSet(
  'b kb mb gb tb kib mib gib byte bytes us usec usecs ms msec msecs s sec secs min mins h hr hrs d' +
    ' millisecond milliseconds microsecond microseconds nanosecond nanoseconds second seconds' +
    ' minute minutes hour hours day days week weeks month months year years percent',
)

/** Words that are part of a date when a number stands beside them. */
export const calendarWords: ReadonlySet<string> = wordSet(
  'jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july' +
    ' august september october november december mon tue tues wed thu thur thurs fri sat sun' +
    ' monday tuesday wednesday thursday friday saturday sunday am pm utc gmt cet cest bst est edt' +
    ' cst cdt mst mdt pst pdt jst kst ist',
)

/** Grammatical words: sharing them is no evidence of a common origin. */
export const functionWords: ReadonlySet<string> = wordSet(
  'a an the this that these those it its of to for from in into on onto at by with within and or' +
    ' as is are was were be been has have had do does did will would can could may should if then' +
    ' than when while so but out up down over under after before during until because which who',
)

/** Nouns that are followed by the name of one such thing, as in `'user alice'`. */
export const entityNouns: ReadonlySet<string> = wordSet(
  'user username account customer tenant owner member author role group team organization company' +
    ' host hostname server node machine device interface instance cluster zone region domain site' +
    ' service component module package plugin extension library driver class method function' +
    ' handler provider adapter client process program command job task worker thread queue topic' +
    ' exchange subscription stream channel room bucket container pod namespace deployment image' +
    ' volume disk file folder directory table column field property attribute parameter argument' +
    ' option setting variable header cookie index collection database schema view model entity' +
    ' resource object document record key id name named called tag label branch repository' +
    ' project workspace product flag item sku order cart coupon currency country locale language',
)

/** Words after which a name often stands. */
export const leadIns: ReadonlySet<string> = wordSet(
  'for by from to of on in at with via against per using',
)

/** Things a message is about beside {@link entityNouns}: `'waiting for lock'` and `'waiting for reply'` name no one. */
const commonNouns: ReadonlySet<string> = wordSet(
  'access address answer api app application array attempt auth backend backup batch block body' +
    ' boot breaker buffer cache call callback card certificate change check chunk circuit closure code' +
    ' commit config configuration consumer content context count credentials cron cursor data date' +
    ' delivery device digest disk download email endpoint entry env environment event exit export feed' +
    ' fetch form format frame frontend gateway handle handshake hash hook http https image import' +
    ' info input ip json kernel lease length level limit line link list listener loop lock log' +
    ' mail mailbox main map mask master memory message meta mode mount mutex network number operation' +
    ' output packet page pagination parent parser password path payload peer pipe' +
    ' pipeline pool port primary problem producer promise proxy push query quota range rate read reader' +
    ' recipient registry reply replica report request reset response response restart result route router' +
    ' row rule scan schedule script search secondary secret seed segment sender sequence session shard' +
    ' shell shutdown signal size sms snapshot socket source space spec stack stage standby start' +
    ' startup state statement status step storage store string structure swap sync syntax system target' +
    ' template test text tick time timer tls ssl token traffic transfer tree trigger type update upload' +
    ' uri url value version wait webhook window write writer xml yaml zone',
)

/** Whether a word names a kind of thing and no one thing. */
export function isCommonNoun(word: string): boolean {
  const lower = word.toLowerCase()
  return commonNouns.has(lower) || commonNouns.has(lower.slice(0, -1)) || entityNouns.has(lower)
}

/** Technical terms whose digits are part of the word. */
export const termsWithDigits: RegExp =
  /^(?:ipv?[46]|https?\d?|http\/\d(?:\.\d)?|sha-?\d+|md5|base(?:32|64)|utf-?(?:8|16)|oauth2?|x509|s3|ec2|k8s|socks[45]|ssh2|tls(?:v?1(?:\.\d)?)?|nat64|i18n|l10n|log4j|amd64|arm64|x86|win32|h2|mp[34]|2fa|e2e|b2b|l[1-4]|v8)$/i

/** Endings of English words that describe what happened, and so are no names. */
const outcomeEnding =
  /(?:ed|ing|able|ible|tion|sion|ment|ness|ance|ence|ful|less|ive|ous|ally|ly|ity|ized)$/

/** Words that describe what happened in spite of their form. */
const outcomes = wordSet(
  'not no never none nothing cannot can without error errors fail fails failure failures success ok' +
    ' timeout timeouts abort aborts reset crash crashed exception fatal panic warning denied refused' +
    ' lost down dead gone full empty missing invalid valid unknown new old first last too many few' +
    ' more less large small big long short high low slow bad wrong right open close start stop begin' +
    ' end read write send sent receive got get set put add remove create delete update insert load' +
    ' save fetch parse connect disconnect login logout retry exceeds limit quota conflict duplicate' +
    ' forbidden unauthorized pending active inactive ready busy idle online offline up on off yes' +
    ' undefined null nan infinity',
)

const properName = /^[A-Z][a-z]+$/
const errorName = /^(?:E[A-Z]{3,}|ERR_[A-Z0-9_]+|[A-Za-z.]*(?:Error|Exception|Warning|Fault))$/

/** Whether a word names what happened, so that it is never taken for a value. */
export function isOutcome(word: string): boolean {
  return outcomes.has(word.toLowerCase()) || errorName.test(word)
}

/** Whether a word ends like one that describes what happened, as `'deleted'` does; names may too. */
export function looksLikeOutcome(word: string): boolean {
  return !properName.test(word) && outcomeEnding.test(word.toLowerCase())
}

/** Keys whose value describes what happened: `reason=timeout` and `reason=refused` are two problems. */
export const statementKeys: ReadonlySet<string> = wordSet(
  'msg message error err reason cause event exception code errno type kind action op operation method' +
    ' status state result outcome description detail details',
)
