/** A record normalized: plain, bounded, redacted data that can be kept, shown or written to disk. */
export interface LogEvent {
  /** The label of the level, as the logger calls it. */
  readonly level: string
  /** On pino's scale: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
  readonly severity: number
  /** In milliseconds since 1970. */
  readonly time: number
  /** The text the program logged; empty if there is none. */
  readonly message: string
  /** The format string before its values were put in, where the logger still had it. */
  readonly template: string | undefined
  readonly logger: string | undefined
  /** The option `service`, else what the record says. */
  readonly service?: string | undefined
  readonly error: ErrorDescription | undefined
  readonly request: RequestDescription | undefined
  /** What else was logged, as JSON values. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly traceId: string | undefined
  readonly spanId?: string | undefined
  readonly requestId: string | undefined
  /** What the logger lost before the record came here, and the one-line fix of it. */
  readonly hint: MislogHint | undefined
}

/** A thrown thing, whatever it was. */
export interface ErrorDescription {
  /** The class or name: `'TypeError'`; for a thrown value its kind, as in `'string'`. */
  readonly type: string
  readonly message: string
  /** `error.code`, as in `'ECONNREFUSED'`, or `error.status` of HTTP errors is not here: see `properties`. */
  readonly code: string | undefined
  /** What another server answered, for the error of an HTTP client or an SDK. */
  readonly upstreamStatus?: number | undefined
  /** The stack as text without the stacks of its causes; `undefined` if there was none. */
  readonly stack: string | undefined
  readonly frames: readonly StackFrame[]
  /** The first in-app frame. */
  readonly culprit: StackFrame | undefined
  readonly cause: ErrorDescription | undefined
  /** How many causes of the chain are left out: those before its last, the root cause. */
  readonly moreCauses: number
  /** The first errors of an AggregateError. */
  readonly errors: readonly ErrorDescription[]
  readonly moreErrors: number
  /** Own properties beside those above, as JSON values. */
  readonly properties: Readonly<Record<string, unknown>>
}

/** One line of a stack. */
export interface StackFrame {
  /** As in `'Order.charge'`; `undefined` for an anonymous one. */
  readonly function: string | undefined
  /** Path or URL as the stack has it, `file://` taken off. */
  readonly file: string | undefined
  readonly line: number | undefined
  readonly column: number | undefined
  /** False for `node_modules` and Node's own. */
  readonly isInApp: boolean
  /** The line as it stood in the stack, trimmed. */
  readonly text: string
}

/** The request during which it was logged. */
export interface RequestDescription {
  readonly method: string | undefined
  /** Without the query. */
  readonly path: string | undefined
  /** The endpoint's pattern, as in `'/orders/:id'`, if known. */
  readonly route: string | undefined
  readonly origin: string | undefined
  readonly clientIp: string | undefined
  readonly userAgent: string | undefined
  readonly user: RequestUser | undefined
  readonly params: Readonly<Record<string, unknown>> | undefined
  readonly query: Readonly<Record<string, unknown>> | undefined
  readonly body: unknown
}

/** The signed-in user, as far as known. */
export interface RequestUser {
  readonly id: string | undefined
  readonly name: string | undefined
  readonly email: string | undefined
  readonly role: string | undefined
}

/** What was lost on the way into the logger, and how to keep it. */
export interface MislogHint {
  readonly lost: string
  /** A line of code. */
  readonly fix: string
  /** The same for all records of one place in the program, so that each place is reported once. */
  readonly place?: string
}
