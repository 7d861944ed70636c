/**
 * A test for texts that match a pattern, in which `*` stands for any run of characters. By searching and not by a regular
 * expression, whose time can grow with a power of the text's length.
 */
export function createGlob(pattern: string): (text: string) => boolean {
  const [start = '', ...rest] = pattern.split('*')
  const end = rest.pop()
  if (end === undefined) return (text) => text === pattern
  return (text) => {
    if (!text.startsWith(start)) return false
    let from = start.length
    for (const part of rest) {
      const at = text.indexOf(part, from)
      if (at === -1) return false
      from = at + part.length
    }
    return text.length - end.length >= from && text.endsWith(end)
  }
}
