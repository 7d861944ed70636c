// Preloaded into each program: prints what was thrown, as serialisers leave it, for the statement that threw it.
'use strict'

const maxDepth = 4

globalThis.report = (statement, way, error) => {
  process.stdout.write(`${JSON.stringify({ statement, way, error: serialize(error, 0) })}\n`)
}

/** Numbers and names that differ from run to run, as ids of requests do. */
globalThis.run = Number(process.argv[2] ?? 1)
globalThis.id = (seed) => ((globalThis.run * 7919 + seed * 104729) % 100000) + 1
globalThis.name = (seed) => ['alice', 'bob', 'carol', 'dave'][(globalThis.run + seed) % 4]

function serialize(error, depth) {
  if (!(error instanceof Error) && Object.prototype.toString.call(error) !== '[object Error]') {
    return error
  }
  const { message, stack, code, cause, errors } = error
  const isDeep = depth >= maxDepth
  return {
    type: error.constructor?.name ?? 'Error',
    ...(Object.hasOwn(error, 'name') && { name: error.name }),
    message,
    stack,
    ...(code !== undefined && { code }),
    ...(cause !== undefined && !isDeep && { cause: serialize(cause, depth + 1) }),
    ...(Array.isArray(errors) && {
      errors: errors.slice(0, 2).map((one) => serialize(one, depth + 1)),
    }),
  }
}
