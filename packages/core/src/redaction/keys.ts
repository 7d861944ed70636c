/** Words and pairs of words that make a key secret when they end it: `cookie`, `userPin`. In the singular. */
const secretWords =
  'authorization|auth|cookie|csrf|xsrf|jwt|bearer|passcode|pwd|pswd|session|sess|ssn|cvv|cvc|cvn|otp|totp|' +
  'mnemonic|dsn|비밀번호|암호|토큰|인증번호|카드번호|주민등록번호|' +
  'api key|access key|private key|priv key|secret key|signing key|encryption key|master key|auth key|account key|' +
  'shared key|service key|ssh key|deploy key|hmac key|license key|session id|session key|connect sid|card number|' +
  'card num|card no|card pan|credit card|debit card|bank card|payment card|security code|verification code|' +
  'two factor|mfa code|2fa code|recovery code|backup code|auth code|authorization code|seed phrase|recovery phrase|' +
  'social security|connection string|db pass|smtp pass|user pass|mail pass|mysql pass|pg pass|redis pass|ftp pass|' +
  'admin pass|database pass|login pass|proxy pass|user pin|card pin|security pin|webhook url|key base|amz signature|goog signature|카드 번호|인증 번호|주민등록 번호'

/** Words that are secret also as the end of one: `dbpassword`, `accesstoken`, `PHPSESSID`. */
const secretEndings =
  'password|passwd|passphrase|secret|token|apikey|accesskey|privatekey|secretkey|sessionid|sessid|credential|mysqlpwd'

/** Words that may follow a secret word without making it harmless: `password_hash`, but not `passwordResetAt`. */
const carriers =
  'key|value|val|string|str|text|hash|digest|header|data|code|number|raw|plain|encoded|base64|pem|confirm|confirmation|' +
  'confirmed|repeat|again|new|old|current|previous|1|2|3|secret'

/** Keys that are secret only as a whole: as a part they mean too much else. */
const secretNames = 'card|pass|pin|sid|sig|pan|pem'

const secretPhrase = new RegExp(
  `^ (?:${secretNames}) $| (?:${secretWords}|\\S*(?:${secretEndings}))s?\\d{0,3}(?: (?:${carriers}))* $`,
)

/** `maxTokens` is a number of tokens. */
const quantity = /^ (?:max|min|num|total|count|avg|limit) ./

/** Most services use few distinct keys, most of them in every record. */
const maxKnownKeys = 2000

/** Whether what stands under a key is secret. */
export type KeyTest = (key: string) => boolean

/** A test for the keys that are secret by default and for further ones, in any spelling. */
export function createKeyTest(keys: readonly string[], exceptions: readonly string[]): KeyTest {
  const own = keys.map(asPhrase).filter((phrase) => phrase !== '  ')
  const shown = new Set(exceptions.map(asPhrase))
  const known = new Map<string, boolean>()

  return (key) => {
    const before = known.get(key)
    if (before !== undefined) return before
    const phrase = asPhrase(key)
    const isKnownSecret = secretPhrase.test(phrase) && !quantity.test(phrase)
    const isSecret =
      !shown.has(phrase) && (isKnownSecret || own.some((part) => phrase.includes(part)))
    if (known.size >= maxKnownKeys) known.clear()
    known.set(key, isSecret)
    return isSecret
  }
}

/** The words of a key in lower case, with spaces around each: finding a phrase in another compares whole words. */
function asPhrase(key: string): string {
  const words = key
    .slice(0, 128)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
  return ` ${words.filter((word) => word !== '').join(' ')} `
}
