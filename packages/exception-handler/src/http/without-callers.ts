/** The two outcomes of a promise. */
interface Outcome<Value, Result> {
  readonly onValue: (value: Value) => Result
  readonly onError: (error: unknown) => Result | Promise<Result>
}

/**
 * `promise.then(onValue, onError)`, but the async stacks of errors end here: below are only frames of the framework, each of which
 * costs time to capture, to write and to send.
 */
export function withoutCallers<Value, Result>(
  promise: Promise<Value>,
  { onValue, onError }: Outcome<Value, Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    // V8 follows the resolving functions of a promise, but not functions around them. A second promise would cost every request.
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
