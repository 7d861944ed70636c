const maxEntries = 200

/** The fields of a form; of a file its name and its size. */
export function readForm(form: FormData): Readonly<Record<string, unknown>> {
  const fields = new Map<string, unknown>()
  let entries = 0
  for (const [name, value] of form) {
    entries += 1
    if (entries > maxEntries) break
    const shown = typeof value === 'string' ? value : { file: value.name, bytes: value.size }
    fields.set(name, fields.has(name) ? [fields.get(name), shown].flat() : shown)
  }
  return Object.fromEntries(fields)
}
