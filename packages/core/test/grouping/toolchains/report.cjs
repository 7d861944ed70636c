// Preloaded into each build: prints what was thrown, as serializers leave it, with the name of the problem.
'use strict'

const run = Number(process.argv[2] ?? 1)
const maxFrames = 12

globalThis.id = (seed) => ((run * 7919 + seed * 104729) % 100000) + 1
globalThis.report = (problem, error) => {
  process.stdout.write(`${JSON.stringify({ problem, error: serialize(error) })}\n`)
}

function serialize(error) {
  if (!(error instanceof Error)) return error
  const { message, stack, code, status, cause, errors } = error
  return {
    type: error.constructor.name,
    ...(Object.hasOwn(error, 'name') && { name: error.name }),
    message,
    stack: shorten(stack),
    ...(code !== undefined && { code }),
    ...(status !== undefined && { status }),
    ...(cause !== undefined && { cause: serialize(cause) }),
    ...(Array.isArray(errors) && { errors: errors.map(serialize) }),
  }
}

const shorten = (stack) => {
  const lines = stack.split('\n')
  const first = lines.findIndex((line) => line.startsWith('    at '))
  return first < 0 ? stack : lines.slice(0, first + maxFrames).join('\n')
}
