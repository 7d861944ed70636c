interface Format {
  transform(info: Info, options?: unknown): unknown
}

type Info = Readonly<Record<string | symbol, unknown>>

/** What was logged, before the logger's format changed it. */
export interface Logged {
  readonly error: Error | undefined
  /** Whether winston copied the message and the stack of the error to the info. */
  readonly isCopied: boolean
  readonly message: unknown
  /** What was logged after the message. */
  readonly values: readonly unknown[]
}

const splatKey = Symbol.for('splat')
const loggedAs = new WeakMap<object, Logged>()
const watched = new WeakSet<object>()

/**
 * Remembers what the logger's format takes out of infos: `format.errors` makes a plain object of an Error, in which the class is
 * lost unless it sets a name; `format.splat` replaces the text, taking `20%off` for a placeholder, and removes an Error that is
 * logged behind format arguments.
 */
export function watchFormat(logger: { format?: Format }): void {
  const { format } = logger
  if (typeof format?.transform !== 'function' || watched.has(format)) return
  const transform = (info: Info, options?: unknown): unknown => {
    const logged = readLogged(info)
    const result = format.transform(info, options)
    const isInfo = typeof result === 'object' && result !== null
    if (logged !== undefined && isInfo && result !== logged.error && !isKept(result, logged))
      loggedAs.set(result, logged)
    return result
  }
  logger.format = Object.create(format, { transform: { value: transform } }) as Format
  watched.add(logger.format)
}

/** What was logged as this info, if the logger's format may have changed it. */
export function readOriginal(info: object): Logged | undefined {
  return loggedAs.get(info)
}

function readLogged(info: Info): Logged | undefined {
  if (info instanceof Error) return { error: info, isCopied: true, message: info, values: [] }
  const { message, stack } = info
  const splat = info[splatKey]
  const values: readonly unknown[] = Array.isArray(splat) ? splat : []
  if (message instanceof Error) {
    return { error: message, isCopied: true, message, values: [...values] }
  }
  const error = values.find((value): value is Error => value instanceof Error)
  const isText = typeof message === 'string' && message.includes('%')
  // A shortcut for most records, which are of no interest here.
  if (error === undefined && !isText && !values.some(isPrimitive)) return undefined
  return { error, isCopied: typeof stack === 'string', message, values: [...values] }
}

/** A shortcut for most errors: whether one that was logged beside a text is where it was, so that nothing has to be remembered. */
function isKept(info: object, { error, message, values }: Logged): boolean {
  if (error === undefined || values.length !== 1) return false
  if (typeof message !== 'string' || message.includes('%')) return false
  const splat: unknown = Reflect.get(info, splatKey)
  return Array.isArray(splat) && splat.length === 1 && splat[0] === error
}

export function isPrimitive(value: unknown): value is string | number | bigint | boolean {
  return (
    typeof value !== 'object' && ['string', 'number', 'bigint', 'boolean'].includes(typeof value)
  )
}
