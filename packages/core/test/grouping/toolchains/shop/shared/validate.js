export function validate(mail, kind) {
  const parts = mail.split('@')
  if (parts.length === 2) throw new SyntaxError(`${mail} is no address`)
  return [...parts, kind]
}
