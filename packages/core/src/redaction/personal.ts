import { isIPv6 } from 'node:net'
import { redacted } from './bounded-text.ts'

/** Names of personal data that have no form of their own, as a phone number without `+` has none. */
export const personalNames: readonly string[] = [
  'email,e mail,mail address,phone,mobile number,tel,telephone,fax,iban,bic,passport,ip,ip address,remote address,ssn,rrn',
  '이메일,전화번호,휴대폰,휴대폰번호,휴대전화,연락처,계좌번호,여권번호,メール,メールアドレス,電話番号,携帯番号',
  '邮箱,手机,手机号,电话,身份证,telefon,telefonnummer,handynummer,teléfono,correo,téléphone,courriel',
].flatMap((names) => names.split(','))

interface PersonalKind {
  readonly form: RegExp
  readonly isReal?: (found: string) => boolean
}

const octet = String.raw`(?:25[0-5]|2[0-4]\d|1?\d?\d)`

const kinds: readonly PersonalKind[] = [
  // E-mail addresses
  {
    form: /(?<![\w.%+-])[\w.%+-]{1,64}@(?:[A-Za-z\d](?:[A-Za-z\d-]{0,62})\.){1,8}[A-Za-z]{2,24}(?![\w-])/g,
  },
  // IBANs
  {
    form: /(?<![A-Za-z\d])[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,4})?(?![A-Za-z\d])/g,
    isReal: hasIbanChecksum,
  },
  // Social security numbers of the United States, resident registration numbers of Korea
  { form: /(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g },
  {
    form: /(?<![\d-])\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-?[1-8]\d{6}(?![\d-])/g,
  },
  // Phone numbers: international ones, and those of Korea, the United States and Japan as they are printed
  { form: /(?<![\w+])\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){2,4}(?!\w)/g },
  { form: /(?<![\d.-])01[016-9][ -]?\d{3,4}[ -]?\d{4}(?![\d-])/g },
  { form: /(?<![\d.-])(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}(?![\d.-])/g },
  { form: /(?<![\d.-])0\d{1,3}-\d{2,4}-\d{4}(?![\d-])/g },
  // IP addresses, but not a program's own
  {
    form: /(?<![\w:.])[\da-f]{0,4}(?::[\da-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?![\w:])/gi,
    isReal: (found) => found.length > 3 && isIPv6(found),
  },
  {
    form: new RegExp(`(?<![\\w.])${octet}(?:\\.${octet}){3}(?![\\w]|\\.\\d)`, 'g'),
    isReal: (found) => !/^(?:127\.|0\.0\.0\.0$)/.test(found),
  },
]

/** Redacts what has the form of personal data. */
export function redactPersonal(text: string): string {
  return kinds.reduce(
    (result, { form, isReal = () => true }) =>
      result.replace(form, (found) => (isReal(found) ? redacted : found)),
    text,
  )
}

/** @see https://www.iso.org/standard/81090.html ISO 13616: the remainder of a division by 97 is 1 */
function hasIbanChecksum(found: string): boolean {
  const iban = found.replaceAll(' ', '')
  let remainder = 0
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return iban.length >= 15 && remainder === 1
}
