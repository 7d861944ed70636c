/** What becomes of a promise. */
export interface Outcome<Value, Result> {
  readonly onValue: (value: Value) => Result
  readonly onError: (error: unknown) => Result | Promise<Result>
}

/**
 * A promise for what is made of another's outcome, at which the stacks of errors end: what stands below the handler is the framework,
 * whose frames tell nothing, and each of them costs to capture, to write and to send.
 */
export function withoutCallers<Value, Result>(
  promise: Promise<Value>,
  { onValue, onError }: Outcome<Value, Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    // Functions of our own: through those of a promise V8 follows a chain. No second promise either: each request pays for it.
    const settle =
      <Given>(make: (given: Given) => Result | Promise<Result>) =>
      (given: Given): void => {
        try {
          resolve(make(given))
        } catch (error) {
          reject(error)
        }
      }
    promise.then(settle(onValue), settle(onError))
  })
}
