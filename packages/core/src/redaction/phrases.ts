import { redactRanges, type TextRange } from './bounded-text.ts'
import type { NameTest } from './keys.ts'
import { isReadable, looksGenerated, looksRandom } from './values.ts'

/**
 * A secret without `=` or `:` in front of it: what the group `value` matches, if there is no group `key` or what that matches is
 * the name of a secret.
 */
interface Phrase {
  /** What every text of this form contains: the parts before and after it are matched only where it stands. */
  readonly anchor: string
  readonly before?: string
  readonly after?: string
  readonly flags?: 'i'
  /** What the text contains as well, somewhere in front of it. */
  readonly beside?: RegExp
  readonly test?: (value: string) => boolean
}

/** A slash, also as JSON may write it. */
const slash = String.raw`\\?\/`
/** A quote, also inside texts inside texts. */
const quote = String.raw`\\{0,31}["']`
/** A line's end, also as JSON writes it. */
const newline = String.raw`(?:\r?\n|(?:\\{1,31}r)?\\{1,31}n)`
/** What an option takes. */
const argument = String.raw`(?:"(?<value>[^"\n]{1,1024})"|'(?<value2>[^'\n]{1,1024})'|(?<value3>[^\s"'\x60-][^\s"'\x60]*))`
const sqlText = String.raw`'(?:[^'\\]|''|\\.)*(?:'|$)|"(?:[^"\\]|\\.)*(?:"|$)`

/** Letters and digits, as a password has them and few words of a sentence. */
const hasLettersAndDigits = (value: string): boolean =>
  /\d/.test(value) && /[A-Za-z]/.test(value) && !/^(?:md5|sha|scram|v?\d+[.:])/i.test(value)
const isNoPort = (value: string): boolean => !/^[\d.:/-]+$|^[/.~]/.test(value)

const phrases: readonly Phrase[] = [
  // Mongoose: Path `password` (`hunter2`, length 7) is shorter than the minimum
  { before: '`(?<key>[\\w.-]{1,64})', anchor: '` \\(`', after: '(?<value>[^`]{1,1024})`' },
  // Mongoose: Cast to Number failed for value "hunter2" (type string) at path "pin"
  {
    before: 'value "(?<value>[^"]{1,1024})" \\(type \\w{1,20}',
    anchor: '\\) at path "',
    after: '(?<key>[\\w.-]{1,64})"',
  },
  // Joi: "password" with value "hunter2" fails to match the required pattern
  {
    before: '"(?<key>[\\w.[\\]-]{1,64})',
    anchor: '" with value "',
    after: '(?<value>[^"]{1,1024})"',
  },
  // Yup: pin must be a `number` type, but the final value was: `NaN` (cast from the value `"hunter2"`)
  {
    before: '(?<![\\w.[\\]])(?<key>[\\w.[\\]]{1,64}) must be a `\\w{1,20}` type, but the ',
    anchor: 'final value was: ',
    after: '(?<value>`[^`]{0,1024}`(?: \\(cast from the value `[^`]{0,1024}`\\))?)',
  },
  // PostgreSQL: Key (token)=(hunter2) already exists
  {
    before: '\\((?<key>[\\w, ]{1,64})',
    anchor: '\\)=\\(',
    after: '(?<value>[^)]{1,1024})\\)',
  },
  // PostgreSQL: Failing row contains (7, ann, hunter2, null).
  { anchor: 'Failing row contains \\(', after: '(?<value>[^\\n]*[^\\n).])' },
  // MySQL: Duplicate entry 'hunter2' for key 'users.token', Incorrect integer value: 'hunter2' for column 'pin'
  {
    before: "(?:entry|value:) '(?<value>[^\\n]{1,256}?)",
    anchor: "' for (?:key|column) '",
    after: "(?<key>[^']{1,128}?)(?:_unique|_uniq|_uq|_idx|_index)?'",
    flags: 'i',
  },
  // MongoDB: index: token_1 dup key: { : "hunter2" }
  {
    before: 'index: (?:\\S{1,128}\\$)?(?<key>[\\w.]{1,64}?)_-?1 ',
    anchor: 'dup key: \\{ :',
    after: '(?<value>[^}\\n]+)',
  },
  // TypeORM and Drizzle: the values that are bound to the statement
  { anchor: '-- PARAMETERS: \\[', after: '(?<value>[^\\n]+)\\]' },
  { anchor: '\\nparams: ', after: '(?<value>[^\\n]+)', beside: /Failed query: / },
  // SQL: INSERT INTO users (name, password) VALUES ('ann', 'hunter2'), ('bob', 'hunter3')
  {
    before: '(?<![.\\w])',
    anchor: 'values\\s{0,8}\\(',
    after: `(?<value>(?:${sqlText}|[^'"()]|\\([^()]{0,256}\\)|\\)\\s{0,8},\\s{0,8}\\()+)`,
    flags: 'i',
    beside: /\binto\b/i,
    test: (value) => /['"]/.test(value),
  },
  // SQL: token LIKE 'hunter%', password IN ('hunter2')
  {
    before: '(?<key>[\\w.]{1,64})["`\\]]?\\s{1,4}(?:not\\s{1,4})?',
    anchor: '(?:i?like|between|<>|in\\s{0,4}\\()\\s{0,4}[\'"]',
    after: `(?<value>(?:[^'"]|['"]\\s{0,4},\\s{0,4}['"])+)['"]`,
    flags: 'i',
  },
  // A part of a form that was logged raw
  {
    anchor: 'form-data; name=',
    after: `${quote}(?<key>[\\w.[\\]-]{1,64})${quote}(?:;[^\\r\\n\\\\]{0,256})?${newline}(?:[\\w-]{1,64}: [^\\r\\n\\\\]{0,256}${newline}){0,4}${newline}(?<value>(?!\\\\[rn])[^\\r\\n]{1,4096}?)(?=${newline}|$)`,
  },
  // An option of a command: --password hunter2, -storepass hunter2
  {
    anchor: '(?<![\\w-])(?<key>--?[A-Za-z][\\w-]{2,63})[ \\t]',
    after: `[ \\t]{0,4}${argument}`,
  },
  // <password>hunter2</password>, <string name="password">hunter2</string>
  {
    before:
      '<(?<key>[\\w:.-]{1,64})(?:\\s[^<>]{0,256})?>\\s{0,64}(?:<!\\[CDATA\\[(?<value>[^]{1,1024}?)\\]\\]>|(?<value2>[^<>]+))',
    anchor: '<\\/',
  },
  {
    before: '<\\w{1,64} (?:name|key|id)="(?<key>[^"]{1,64})"[^<>]{0,256}>(?<value>[^<>]+)',
    anchor: '<\\/',
  },
  // <name>password</name> <value>hunter2</value>
  {
    before: '>(?<key>[\\w.:-]{1,64})',
    anchor: '<\\/(?:name|key)>',
    after: '\\s{0,64}<\\w{1,64}>(?<value>[^<>]+)<',
    flags: 'i',
  },
  {
    before: '&lt;(?<key>[\\w:.-]{1,64})&gt;(?<value>[^&]+)',
    anchor: '&lt;\\/',
  },
  // { "name": "password", "value": "hunter2" }, <add key="password" value="hunter2"/>
  {
    before: `\\b(?:name|key|k|field|header|param|path|label|type|id|n)(?:${quote})?\\s{0,4}[:=]>?\\s{0,4}${quote}(?<key>[\\w.[\\] -]{1,64})${quote}\\s{0,8},?\\s{0,8}(?:${quote})?`,
    anchor: '(?:\\bv|val|value|content|input|received)\\\\{0,31}["\']?\\s?[:=]',
    after: `>?\\s{0,4}(?<open>${quote})(?<value>(?:(?!\\k<open>)(?:\\\\.|[^]))+)`,
    flags: 'i',
  },
  // { "value": "hunter2", "name": "password" }
  {
    before: `\\b(?:v|val|value|content)(?:${quote})?\\s{0,4}[:=]>?\\s{0,4}(?<open>${quote})(?<value>[^"'\\\\]{1,256})\\k<open>\\s{0,8},?\\s{0,8}(?:${quote})?`,
    anchor: '(?:name|key|k|field|header|type)\\\\{0,31}["\']?\\s?[:=]',
    after: `\\s{0,4}${quote}(?<key>[\\w.-]{1,64})`,
    flags: 'i',
  },
  // - name: PASSWORD, and in the next line of the YAML value: hunter2; name=password value=hunter2
  {
    before:
      '\\b(?:name|key|field|header)[ \\t]?[:=][ \\t]{0,4}["\']?(?<key>[\\w.-]{1,64})["\']?[,;\\s]{1,16}',
    anchor: 'value[ \\t]?[:=]',
    after: '[ \\t]{0,4}["\']?(?<value>[^\\s"\',;]+)',
  },
  // <password value="hunter2"/>
  {
    before: '<(?<key>[\\w:.-]{1,64})\\s(?:[^<>]{0,128}?\\s)?',
    anchor: 'value="',
    after: '(?<value>[^"]+)',
  },
  // password -> hunter2
  {
    before: '(?<key>[\\w.-]{1,64})["\']?[ \\t]?',
    anchor: '(?:->|→)',
    after: '[ \\t]?["\']?(?<value>[^\\s"\',;)]+)',
    test: looksRandom,
  },
  // The data of a Secret of Kubernetes
  {
    anchor: '\\n(?:stringData|data):[ \\t]*\\r?\\n[ \\t]+',
    after: '(?<value>[^\\n]*(?:\\n[ \\t]+[^\\n]*)*)',
    beside: /^kind:[ \t]*["']?Secret\b/m,
  },
  // PHP: s:8:"password";s:7:"hunter2";
  { before: '"(?<key>[\\w.-]{1,64})', anchor: '";s:\\d', after: '\\d{0,8}:"(?<value>[^"]+)"' },
  // A pair: ("password", "hunter2"), ['x-api-key', 'hunter2']
  {
    anchor: '[[(]\\\\{0,31}["\']',
    after: `(?<key>[\\w.-]{1,64})${quote}, ?${quote}(?<value>[^"'\\\\]+)${quote}[\\])]`,
    test: looksRandom,
  },
  // A row of a table: apiToken,hunter2hunter2hunter2,
  {
    anchor: '(?:token|secret|key|password|passwd)["\']?,',
    after: '(?<=(?<key>[\\w.-]{1,64})["\']?,)["\']?(?<value>[^\\s,"\']{16,})',
    flags: 'i',
    test: (value) => looksGenerated(value) || /^[\da-f-]{32,36}$/i.test(value),
  },
  // Clojure: {:password "hunter2"}
  {
    anchor: '(?<![\\w:]):(?<key>[\\w-]{0,64}(?:password|secret|token|key)) "',
    after: '(?<value>[^"\\n]{1,1024})',
  },
  // With a password that nobody takes for a word: password hunter2, 비밀번호는 hunter2, Password [hunter2]
  {
    anchor:
      '\\b(?:password|passwd|passphrase|passcode)(?: is:?| was:?)?[ \\t]|(?:비밀번호|비번|암호|패스워드)[는은이가]? |(?:パスワード|密码)[は是]?',
    after: '(?<value>[^\\s"\'`=:,;()[\\]<>]{6,128})',
    flags: 'i',
    test: hasLettersAndDigits,
  },
  {
    anchor: '(?:password|passwd|secret|token|비밀번호|인증번호) ?[[(]["\']?',
    after: '(?<value>[^\\s"\')\\]]{6,128})',
    flags: 'i',
    test: (value) =>
      (hasLettersAndDigits(value) && !/[/\\:]/.test(value)) || /^\d{4,8}$/.test(value),
  },
  {
    anchor:
      '(?:verification|security|login|confirmation|authentication|one-time) (?:code|pin|password)(?: is)? ',
    after: '["\']?(?<value>\\d{4,8})(?!\\d)',
    flags: 'i',
  },
  // ALTER USER app WITH PASSWORD 'hunter2'. A quote that is followed by a comma or a bracket ends a text, and begins none.
  {
    anchor: '\\bpassword\\s{1,4}(?:(?:is|was)\\s{1,4})?["\']',
    after: '(?<=(?<quote>["\']))(?<value>[^\\s"\',:;)}\\]][^"\'\\n]{0,255})(?=\\k<quote>)',
    flags: 'i',
  },
  {
    anchor: '\\bidentified\\s{1,4}(?:with\\s{1,4}\\w{1,64}\\s{1,4})?by\\s{1,4}["\']',
    after: '(?<=(?<quote>["\']))(?<value>[^"\'\\n]{1,256})(?=\\k<quote>)',
    flags: 'i',
  },
  // Commands
  {
    before: '\\b(?:mysql|mariadb|7z)\\w{0,12} [^\\n|;]{0,200}?',
    anchor: ' -p',
    after: '["\']?(?<value>[^\\s"\'-][^\\s"\']*)',
  },
  {
    before:
      '\\b(?:docker|podman|nerdctl|buildah|skopeo|helm|oc|az|mongo\\w{0,7}|sqlcmd|bcp|cqlsh|twine|mosquitto_\\w{3}|ldap\\w{3,8}|unzip|zip|putty|plink|pscp)\\b[^\\n|;&]{0,300}?',
    anchor: ' -(?:pw|p|P|w)[ =]',
    after: '["\']?(?<value>[^\\s"\'-][^\\s"\']{2,})',
    test: isNoPort,
  },
  {
    before: '\\b(?:curl|https?|xh)(?: [^\\n]{0,400}?)?',
    anchor: ' (?:-u|-a|--(?:proxy-)?user|--auth)[ =]?["\']?[^\\s:"\'/]{1,64}:',
    after: '(?!\\/\\/)(?<value>[^\\s"\']+)',
  },
  { anchor: 'sshpass -p', after: ' ?["\']?(?<value>[^\\s"\']+)' },
  { anchor: 'redis-cli ', after: '[^\\n|;]{0,200}?-a ["\']?(?<value>[^\\s"\']+)' },
  { anchor: 'smbclient ', after: '[^\\n]{0,200}?-U ["\']?[^\\s%"\']{1,64}%(?<value>[^\\s"\']+)' },
  {
    anchor: '(?:sqlplus|rman |expdp|impdp|sqlldr|oracle:thin:|userid=)',
    after: '[^\\n@]{0,40}?["\' =:]?[\\w$#]{1,32}\\/(?<value>[^\\s@"\'\\/]{1,128})(?=@)',
  },
  {
    before: '\\b(?:docker|podman|nerdctl|mongo\\w{0,7}) [^\\n|;&]{0,300}?',
    anchor: ' -p(?=\\w)',
    after: '(?<value>[^\\s"\']{6,})',
    test: (value) => hasLettersAndDigits(value) && !/^\d/.test(value),
  },
  {
    anchor: '(?:requirepass|masterauth) ',
    after: '["\']?(?<value>[^\\s"\']{4,})',
    test: looksRandom,
  },
  { anchor: 'setx ', after: '(?:\\/m )?(?<key>[\\w.-]{1,64}) "?(?<value>[^\\s"]+)' },
  { anchor: 'from-literal[= ]', after: '[\\w.-]{1,64}=(?<value>[^\\s"\']+)' },
  { anchor: 'aws_(?:secret_access_key|session_token) ', after: '(?<value>\\S{16,})' },
  // Logins of protocols
  {
    anchor: 'AUTH (?:PLAIN|LOGIN|XOAUTH2|CRAM-MD5|DIGEST-MD5) ',
    after: '(?<value>[\\w+/=-]{8,})',
    flags: 'i',
    test: looksRandom,
  },
  {
    before: '(?:^|["\'`>\\]\\n]|\\b(?:command|cmd|send|sent|write): ?|\\bHELLO \\d )\\s{0,4}',
    anchor: 'AUTH["\']? ',
    after:
      '["\']?(?:[\\w.-]{1,64}["\']? ["\']?)?(?<value>[^\\s"\'`<>]{4,})["\'`]?(?=\\s{0,4}(?:$|\\n|["\'`,]))',
    test: looksRandom,
  },
  {
    anchor: 'login\\s{1,8}\\S{1,128}\\s{1,8}password\\s',
    after: '\\s{0,8}(?<value>\\S+)',
    test: (value) => !isReadable(value) || /\d/.test(value),
  },
  // ~/.pgpass, and addresses without a scheme: of Go's MySQL driver, of Redis
  {
    before: '(?:^|[\\s"\'])[\\w.*-]{1,253}',
    anchor: ':(?:\\d{4,5}|\\*):[\\w*-]{1,64}:[\\w.*-]{1,64}:',
    after: '(?<value>[^\\s:"\']{4,256})(?=["\'\\s]|$)',
  },
  {
    before: '(?<![\\w/])[\\w.-]{1,64}:(?<value>[^\\s"\'\\/]{1,256})',
    anchor: '@(?:tcp|tcp6|udp|unix)\\(',
  },
  {
    before:
      '(?<![\\w/:.@-])(?!(?:mailto|sips?|acct|xmpp|tel|ssh|https?|at|from|to|by|git)\\b)[\\w.-]{1,64}:(?<value>[^\\s:@/"\'`()]{1,256})',
    anchor: '@[\\w.-]{1,128}:\\d{2}',
  },
  // Addresses that let anybody who has them post or sign in, also without their host
  {
    anchor: `hooks\\.slack(?:-gov)?\\.com${slash}(?:services|workflows|triggers)${slash}`,
    after: '(?<value>[\\w/\\\\-]{1,256})',
    flags: 'i',
  },
  {
    anchor: `${slash}(?:services|workflows|triggers)${slash}T[A-Z0-9]{2,16}${slash}`,
    after: `(?<value>[A-Z0-9]{2,16}${slash}[\\w/\\\\-]{6,256})`,
  },
  {
    anchor: `discord(?:app)?\\.com${slash}api${slash}(?:v\\d{1,2}${slash})?webhooks${slash}`,
    after: '(?<value>[\\w/\\\\-]{1,256})',
    flags: 'i',
  },
  { anchor: `${slash}webhooks${slash}\\d`, after: `\\d{14,24}${slash}(?<value>[\\w-]{24,256})` },
  { anchor: 'webhookb2', after: `${slash}(?<value>[\\w@/\\\\-]{1,512})`, flags: 'i' },
  { anchor: `${slash}bot(?=\\d)`, after: '(?<value>\\d{3,16}(?::|%3A)[\\w-]{6,256})', flags: 'i' },
  {
    anchor: `(?:hooks\\.zapier\\.com${slash}hooks${slash}(?:standard|catch)|with${slash}key|pagerduty\\.com${slash}integration|hc-ping\\.com|open-apis${slash}bot${slash}v2${slash}hook|outlook\\.office(?:365)?\\.com${slash}webhook|hook\\.(?:\\w{2,3}\\.)?make\\.com|infura\\.io${slash}(?:ws${slash})?v3|alchemy\\.com${slash}v2)${slash}`,
    after: '(?<value>[\\w./@\\\\-]{16,512})',
    flags: 'i',
  },
  {
    anchor: `${slash}(?:reset-password|password-reset|magic-link|verify-email)${slash}`,
    after: '(?<value>[\\w.~-]{16,512})',
    test: looksGenerated,
  },
]

interface CompiledPhrase {
  readonly hint: RegExp
  readonly form: RegExp
  readonly beside: RegExp | undefined
  readonly test: (value: string) => boolean
}

const compiled: readonly CompiledPhrase[] = phrases.map(
  ({ anchor, before = '', after = '', flags = '', beside, test = () => true }) => ({
    hint: new RegExp(anchor, flags),
    form: new RegExp(`${before}(?:${anchor})${after}`, `dg${flags}`),
    beside,
    test,
  }),
)

/** Redacts secrets in messages of validators and databases, in markup, command lines, statements and addresses. */
export function redactPhrases(text: string, judge: NameTest): string {
  // A single word, as most values of fields are, is no phrase.
  if (!/[^\w.-]/.test(text)) return text
  let result = text
  for (const phrase of compiled) {
    if (!phrase.hint.test(result) || phrase.beside?.test(result) === false) continue
    result = redactRanges(result, findValues(result, phrase, judge))
  }
  return result
}

function* findValues(
  text: string,
  { form, test }: CompiledPhrase,
  judge: NameTest,
): Iterable<TextRange> {
  for (const { groups = {}, indices } of text.matchAll(form)) {
    const group = ['value', 'value2', 'value3'].find((name) => groups[name] !== undefined)
    const [start, end] = indices?.groups?.[group ?? ''] ?? [0, 0]
    const isNamed = groups['key'] === undefined || isSecretName(groups['key'], judge)
    if (isNamed && start < end && test(text.slice(start, end))) yield { start, end }
  }
}

function isSecretName(name: string, judge: NameTest): boolean {
  const certainty = judge(name)
  return certainty === 'secret' || certainty === 'likely'
}
