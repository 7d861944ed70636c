import { looksGenerated } from './values.ts'

/**
 * How certain a name makes it that what stands under it is secret.
 *
 * - `secret`: always, as under `password`
 * - `likely`: a text, but not the name of a state or a kind; an object is searched: `session`, `auth`, `card`
 * - `numeric`: with a digit in it: `pincode`
 * - `generated`: if it looks as if a program made it up: `fooKey`
 * - `none`: not by its name
 */
export type Certainty = 'secret' | 'likely' | 'numeric' | 'generated' | 'none'

/** Judges the name of a property, a header, a parameter, a field. */
export type NameTest = (name: string) => Certainty

/** Words that are secret also as the end of a longer one: `dbpassword`, `accesstoken`, `PHPSESSID`, `사용자비밀번호`. */
const secretEndings = [
  'password|passwd|passphrase|passcode|secret|token|credential|apikey|accesskey|privatekey|secretkey|authkey|signingkey',
  'encryptionkey|masterkey|subscriptionkey|consumerkey|sessionid|sessid|mysqlpwd|userpwd|dbpwd|storepass|keypass|presharedkey|privkey',
  'passwort|kennwort|geheimnis|zugangsdaten|anmeldedaten|kartennummer|contraseña|contrasena|motdepasse',
  '비밀번호|비번|패스워드|암호|토큰|인증번호|인증코드|카드번호|주민등록번호|주민번호|비밀키|개인키|시크릿|시크릿키|액세스키|보안코드|핀번호|api키',
  'パスワード|パスフレーズ|暗証番号|秘密鍵|シークレット|トークン|認証コード|認証番号|確認コード|カード番号|セキュリティコード|apiキー|アクセスキー',
  '密码|密碼|口令|令牌|密钥|密鑰|私钥|私鑰|验证码|驗證碼|卡号|卡號|安全码|凭证|凭据|身份证号|身份证号码',
].join('|')

/** Words, and words in a row, that make a name secret when they end it: `set-cookie`, `userPin`. In the singular. */
const secretWords = [
  'authorization|cookie|csrf|xsrf|jwt|bearer|pwd|pswd|pword|pw|psk|ssn|cvv|cvc|cvn|csc|otp|totp|hotp|mnemonic|creds?|hapikey',
  '(?:db|user|root|bind|admin|pg|my)pw|pass word|pass phrase|pass code',
  '(?:api|access|private|priv|secret|signing|encryption|decryption|cipher|crypto|master|auth|account|shared|ssh|deploy|hmac) key',
  '(?:aes|rsa|pgp|gpg|tls|ssl|jwt|sas|root|admin|service|role|server|client|consumer|application|app|functions?) key',
  '(?:subscription|license|session|storage|integration|ingestion|ingest|insert|write|wallet|unseal|developer|merchant) key',
  '(?:partner|management|webhook|rapidapi|fastly|instrumentation|maps|recovery|activation|vault|vpn|ike|wireguard|bitlocker|ca) key|pre shared key|key base|key data|honeycomb team',
  'session id|connect sid|session cookie|saml response|saml assertion|client assertion|code verifier',
  '(?:card|cc) (?:number|num|no|pan)|(?:credit|debit|bank|payment) card|social security',
  '(?:security|verification|verify|mfa|2fa|sms|otp|login|access|confirmation|recovery|backup|auth|authorization|reset) code',
  '(?:activation|device|pairing|one time|unlock|door|alarm|safe|gate|two fa|twofa) code|(?:kerberos|granting) ticket|auth config|two factor|(?:security|secret) answer|(?:seed|recovery|backup|secret) phrase',
  '(?:magic|reset|login) (?:link|url)|webhook url|connection (?:string|uri)|conn str(?:ing)?|(?:slack|discord|teams) webhook|snmp community|oauth verifier|(?:amz|goog) signature',
  '(?:user|card|security|atm|account|login|wallet|sim|transaction|new|old|current|confirm) pin|pin number',
  'mot de passe|mdp|jeton|clé (?:api|secrète|privée|d accès)|cle (?:api|secrete|privee|d acces)|code (?:secret|confidentiel)',
  'numéro de carte|numero de carte|carte bancaire|carte de crédit|code de (?:vérification|sécurité|confirmation)|cryptogramme',
  'secreto|clave (?:secreta|privada|api|de acceso|de api)|palabra de paso|(?:número|numero) de tarjeta|tarjeta de (?:crédito|débito)',
  'código de (?:verificación|seguridad|acceso)|codigo de (?:verificacion|seguridad|acceso)',
  'geheimzahl|geheimwort|losungswort|kreditkarte|(?:api|geheimer|privater) schlüssel|sicherheitscode|bestätigungscode|prüfziffer',
  '카드 번호|인증 번호|주민등록 번호|비밀 번호|보안 코드|비밀 키|액세스 키|api 키|カード 番号|api キー|秘密の質問',
].join('|')

/** Before `pass` these make a ticket, a run or a step of it. */
const harmlessPasses =
  'boarding|season|day|guest|hall|ski|first|second|single|multi|render|shader|test|health|lint|build'

/** Names that mean too much else: as a last word, and as a whole. */
const likelyWords = 'session|sess|auth|dsn|credential|세션|セッション|会话'
const likelyNames = 'card|pat|pass|pin|sid|sig|pan|pem|carte|karte|tarjeta|clave|geheim|카드|カード'

/** Words that may follow a secret word without making it harmless: `password_hash`, but not `passwordResetAt`. */
const carriers =
  'key|value|val|string|str|text|hash|digest|header|data|binary|code|number|raw|plain|encoded|base64|pem|confirm|confirmation|' +
  'confirmed|repeat|again|new|old|current|previous|1|2|3|secret|확인|確認|确认'

/** Keys of tables, caches, queues, keyboards and public ones. */
const harmlessKeys =
  'primary|foreign|partition|sort|cache|idempotency|public|pub|row|object|lock|queue|index|group|i18n|translation|message|' +
  'routing|event|dedup|dedupe|deduplication|shard|unique|natural|composite|hash|range|kms|lookup|config|react|list|item|field|' +
  'json|property|header|locale|redis|s3|gcs|blob|bucket|registry|meta|metadata|tag|label|option|setting|param|query|column|' +
  'attribute|state|store|context|feature|flag|metric|trace|correlation|request|record|entity|document|surrogate|search|job|task|' +
  'stream|channel|topic|memo|dispatch|binding|hot|modifier|node|path|file|image|asset|route|rate|limit|throttle|segment|' +
  'product|host|map|dict|site|publishable|anon'

const ends = `s?\\d{0,3}(?:확인|確認|确认)?[은는이가을를]?(?: (?:${carriers}))* $`
const secretPhrase = new RegExp(
  ` (?:${secretWords}|\\S*(?:${secretEndings}))${ends}|(?<! (?:${harmlessPasses})) pass${ends}`,
)
const likelyPhrase = new RegExp(`^ (?:${likelyNames}) $| (?:${likelyWords})${ends}`)
const numericPhrase = / pin ?code $|(?<! palabra) clave $/
const generatedPhrase = new RegExp(
  `(?<! (?:${harmlessKeys})) keys? $| (?:salt|hmac|signature|sig|nonce) $`,
)

/** `maxTokens` is a number of tokens. */
const quantity = /^ (?:max|min|num|total|count|avg|limit) ./

/** Most services use few distinct names, most of them in every record. */
const maxKnownNames = 2000

/** A test for the names that are secret by default and for further ones, in any spelling. */
export function createNameTest(names: readonly string[], exceptions: readonly string[]): NameTest {
  const own = names.map(asPhrase).filter((phrase) => phrase !== '  ')
  const shown = new Set(exceptions.map(asPhrase))
  const known = new Map<string, Certainty>()

  return (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    const phrase = asPhrase(name)
    const isOwn = own.some((part) => phrase.includes(part))
    const certainty = shown.has(phrase) ? 'none' : isOwn ? 'secret' : judge(phrase)
    if (known.size >= maxKnownNames) known.clear()
    known.set(name, certainty)
    return certainty
  }
}

function judge(phrase: string): Certainty {
  if (quantity.test(phrase)) return 'none'
  // What is likely as a whole is secret as a part: `pass`, `db_pass`.
  if (likelyPhrase.test(phrase)) return 'likely'
  if (secretPhrase.test(phrase)) return 'secret'
  if (numericPhrase.test(phrase)) return 'numeric'
  // A key as such is that of an entry.
  return generatedPhrase.test(phrase) && phrase !== ' key ' && phrase !== ' keys '
    ? 'generated'
    : 'none'
}

/** The words of a name in lower case, with spaces around each: finding a phrase in another compares whole words. */
function asPhrase(name: string): string {
  const words = name
    .slice(0, 128)
    .normalize()
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
  return ` ${words.filter((word) => word !== '').join(' ')} `
}

/** Constants, versions and 64-bit numbers, which stand under a likely name: `(auth:SIMPLE)`, `dsn=4.0.0`, `sid:1`. */
const harmlessForms = /^(?:[A-Z][A-Z_]{2,30}|\d{1,3}|\d+(?:\.\d+){1,3}|0x[\da-f]{1,16})$/
const harmlessModes =
  /^(?:same-origin|include|omit|basic|bearer|digest|none|default|required|optional|anonymous|true|false|on|off|yes|no|ok|cookie|oauth2?|jwt|saml|ldap|sso)$/i

/** Whether a text under a name of a certainty is no secret. */
export function isHarmlessUnder(certainty: Certainty, value: string): boolean {
  switch (certainty) {
    case 'secret':
      return false
    case 'likely':
      return harmlessForms.test(value) || harmlessModes.test(value)
    case 'numeric':
      return !/\d/.test(value)
    case 'generated':
      return !looksGenerated(value)
    case 'none':
      return true
  }
}

/** Names of what is secret inside something that is likely so, and harmless elsewhere. */
export function isSecretInside(key: string, inside: string): boolean {
  if (/^(?:key|value|code|number|hash|raw)$/i.test(key)) return true
  return key === 'id' && /sess|cred/i.test(inside)
}
