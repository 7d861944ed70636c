interface Format {
  transform(info: Info, options?: unknown): unknown
}

type Info = Readonly<Record<string | symbol, unknown>>

/** An Error that was logged, and whether winston or a format copied its message to the info. */
export interface LoggedError {
  readonly error: Error
  readonly isCopied: boolean
}

const splatKey = Symbol.for('splat')
const logged = new WeakMap<object, LoggedError>()
const watched = new WeakSet<object>()

/**
 * Remembers the Errors that the logger's format takes out of infos: `format.errors` makes a plain object of an Error, in which the
 * class is lost unless it sets a name, and `format.splat` removes one that is logged behind format arguments.
 */
export function watchFormat(logger: { format?: Format }): void {
  const { format } = logger
  if (typeof format?.transform !== 'function' || watched.has(format)) return
  const transform = (info: Info, options?: unknown): unknown => {
    const found = findLogged(info)
    const result = format.transform(info, options)
    const isInfo = typeof result === 'object' && result !== null
    if (found !== undefined && isInfo && result !== found.error) logged.set(result, found)
    return result
  }
  logger.format = Object.create(format, { transform: { value: transform } }) as Format
  watched.add(logger.format)
}

/** The Error that a format took out of this info. */
export function takenError(info: object): LoggedError | undefined {
  return logged.get(info)
}

function findLogged(info: Info): LoggedError | undefined {
  if (info instanceof Error) return { error: info, isCopied: true }
  const splat = info[splatKey]
  const error: unknown = Array.isArray(splat)
    ? splat.find((value) => value instanceof Error)
    : undefined
  return error === undefined
    ? undefined
    : { error: error as Error, isCopied: typeof info['stack'] === 'string' }
}
