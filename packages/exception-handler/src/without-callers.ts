/**
 * A promise for the same outcome, at which the stacks of errors end: what stands below the handler is the framework, whose frames
 * tell nothing, and each of them costs to capture, to write and to send.
 */
export function withoutCallers<Value>(promise: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    // Functions of our own: through those of a promise V8 follows a chain.
    promise.then(
      (value) => resolve(value),
      (error: unknown) => reject(error),
    )
  })
}
