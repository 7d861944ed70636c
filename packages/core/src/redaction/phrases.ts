const replacement = '[redacted]'

/** Where commands and statements have a secret without `=` or `:` in front: `$1` stays, and what follows it goes. */
const phrases: readonly { readonly hint: string; readonly form: RegExp }[] = [
  { hint: 'mysql', form: /(\bmysql\w{0,12} [^\n|;]{0,200}? -p)[^\s"'-][^\s"']*/g },
  {
    hint: 'curl ',
    form: /(\bcurl [^\n]{0,160}?(?:-u|--(?:proxy-)?user)[ =]?["']?[^\s:"']{1,64}:)[^\s"']+/g,
  },
  { hint: 'sshpass', form: /(\bsshpass -p[ ]?["']?)[^\s"']+/g },
  { hint: 'redis-cli', form: /(\bredis-cli [^\n|;]{0,200}?-a ["']?)[^\s"']+/g },
  { hint: 'auth ', form: /(\bAUTH (?:PLAIN|LOGIN|XOAUTH2) )[\w+/=-]{8,}/gi },
  // A quote that is followed by a comma or a bracket ends a text, and begins none.
  {
    hint: 'password',
    form: /(\bpassword\s{1,4}(?:(?:is|was)\s{1,4})?(?<quote>["']))[^\s"',:;)}\]][^"'\n]{0,255}(?=\k<quote>)/gi,
  },
  {
    hint: 'identified',
    form: /(\bidentified\s{1,4}(?:with\s{1,4}\w{1,64}\s{1,4})?by\s{1,4}(?<quote>["']))[^"'\n]{1,256}(?=\k<quote>)/gi,
  },
]

const mayHoldPhrase = new RegExp(phrases.map(({ hint }) => hint).join('|'), 'i')

/** Replaces secrets in the command lines and the SQL that error messages quote. */
export function redactPhrases(text: string): string {
  if (!mayHoldPhrase.test(text)) return text
  let result = text
  for (const { form } of phrases) result = result.replace(form, `$1${replacement}`)
  return result
}

/** How libraries quote a value that they refuse, and the name of the field it was for. */
const complaints: readonly { readonly hint: string; readonly form: RegExp }[] = [
  // Mongoose: Path `password` (`hunter2`, length 7) is shorter than the minimum
  { hint: '` (`', form: /`(?<key>[\w.-]{1,64})` \(`(?<value>[^`]{1,1024})`/dg },
  // Mongoose: Cast to Number failed for value "hunter2" (type string) at path "pin"
  {
    hint: ') at path "',
    form: /value "(?<value>[^"]{1,1024})" \(type \w{1,20}\) at path "(?<key>[\w.-]{1,64})"/dg,
  },
  // Joi: "password" with value "hunter2" fails to match the required pattern
  {
    hint: '" with value "',
    form: /"(?<key>[\w.[\]-]{1,64})" with value "(?<value>[^"]{1,1024})"/dg,
  },
  // PostgreSQL: Key (token)=(hunter2) already exists
  { hint: ')=(', form: /\((?<key>[\w, ]{1,64})\)=\((?<value>[^)]{1,1024})\)/dg },
  // A part of a form that was logged raw
  {
    hint: 'form-data; name="',
    form: /form-data; name="(?<key>[\w.[\]-]{1,64})"\r?\n(?:[\w-]{1,64}: [^\r\n]{0,256}\r?\n){0,4}\r?\n(?<value>[^\r\n]{1,1024})/dg,
  },
  // Yup: pin must be a `number` type, but the final value was: `NaN` (cast from the value `"hunter2"`)
  {
    hint: 'final value was: `',
    form: /(?<![\w.[\]])(?<key>[\w.[\]]{1,64}) must be a `\w{1,20}` type, but the final value was: (?<value>`[^`]{0,1024}`(?: \(cast from the value `[^`]{0,1024}`\))?)/dg,
  },
]

/** Replaces the values of secret fields in the messages of validators and databases. */
export function redactComplaints(text: string, isSecretKey: (key: string) => boolean): string {
  let result = text
  for (const { hint, form } of complaints) {
    if (result.includes(hint)) result = redactForm(result, form, isSecretKey)
  }
  return result
}

function redactForm(text: string, form: RegExp, isSecretKey: (key: string) => boolean): string {
  let result = ''
  let shownTo = 0
  for (const { groups, indices } of text.matchAll(form)) {
    const [start, end] = indices?.groups?.['value'] ?? [0, 0]
    if (!isSecretKey(groups?.['key'] ?? '')) continue
    result += text.slice(shownTo, start) + replacement
    shownTo = end
  }
  return shownTo === 0 ? text : result + text.slice(shownTo)
}
