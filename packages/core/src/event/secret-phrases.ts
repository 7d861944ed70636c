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
