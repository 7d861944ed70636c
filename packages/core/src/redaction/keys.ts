/**
 * Words that make a key secret when they end it, or when only {@link carriers} follow: `password`, `newPassword`,
 * `password_hash`, but not `passwordResetAt`.
 */
const secretWords: ReadonlySet<string> = new Set(
  (
    'authorization auth credential cookie csrf xsrf jwt bearer password passwd passphrase passcode pwd pswd secret token ' +
    'session sess sessid ssn cvv cvc cvn otp totp mnemonic dsn 비밀번호 암호 토큰 인증번호 카드번호 주민등록번호'
  ).split(' '),
)

/** Pairs of words that are secret together though neither is alone. */
const secretPairs: ReadonlySet<string> = new Set(
  (
    'api key|access key|private key|priv key|secret key|signing key|encryption key|master key|auth key|account key|' +
    'shared key|service key|ssh key|deploy key|hmac key|license key|session id|session key|connect sid|card number|' +
    'card num|card no|card pan|credit card|debit card|bank card|payment card|security code|verification code|' +
    'two factor|mfa code|2fa code|recovery code|backup code|auth code|authorization code|seed phrase|recovery phrase|' +
    'social security|connection string|db pass|smtp pass|user pass|mail pass|mysql pass|pg pass|redis pass|ftp pass|' +
    'admin pass|database pass|login pass|proxy pass|user pin|card pin|security pin|webhook url|key base|amz signature|goog signature|카드 번호|인증 번호|주민등록 번호'
  ).split('|'),
)

/** Keys that are secret only as a whole: as a part they mean too much else. */
const secretNames: ReadonlySet<string> = new Set([
  'card',
  'pass',
  'pin',
  'sid',
  'sig',
  'pan',
  'pem',
])

/** Names written as one word end in one of these: `dbpassword`, `accesstoken`, `PHPSESSID`. */
const secretEndings: readonly string[] = [
  'password',
  'passwd',
  'passphrase',
  'secret',
  'token',
  'apikey',
  'accesskey',
  'privatekey',
  'secretkey',
  'sessionid',
  'sessid',
  'credential',
  'mysqlpwd',
]

/** Words that may follow a secret word without making it harmless. */
const carriers: ReadonlySet<string> = new Set(
  (
    'key value val string str text hash digest header data code number raw plain encoded base64 pem confirm confirmation ' +
    'confirmed repeat again new old current previous 1 2 3 secret'
  ).split(' '),
)

/** Words before `tokens` and the like that make it a number of them. */
const quantities: ReadonlySet<string> = new Set('max min num total count avg limit'.split(' '))

/** The words of a key, in lower case: split at case, and at everything that is no letter or digit. */
export function splitKey(key: string): readonly string[] {
  return key
    .slice(0, 128)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

/** True if what stands under a key made of these words is to be redacted. */
export function areSecretWords(words: readonly string[]): boolean {
  const first = words[0]
  if (first === undefined) return false
  if (words.length === 1 && secretNames.has(first)) return true
  if (words.length > 1 && quantities.has(first)) return false
  return isSecretEnd(words)
}

/** `privateKeyPem`: a carrier may itself be half of a secret pair, so each shorter beginning is looked at. */
function isSecretEnd(words: readonly string[]): boolean {
  for (let length = words.length; length > 0; length -= 1) {
    const last = words[length - 1] ?? ''
    if (isSecretWord(last, words[length - 2])) return true
    if (!carriers.has(last)) return false
  }
  return false
}

function isSecretWord(last: string, before: string | undefined): boolean {
  const word = stem(last)
  if (secretWords.has(last) || secretWords.has(word)) return true
  if (secretEndings.some((ending) => word.endsWith(ending))) return true
  return before !== undefined && secretPairs.has(`${before} ${word}`)
}

/** Without its plural's `s` or a number: `tokens`, `password2`. */
function stem(word: string): string {
  const bare = word.replace(/\d{1,3}$/, '')
  return bare.length > 3 && bare.endsWith('s') && !bare.endsWith('ss') ? bare.slice(0, -1) : bare
}
