/**
 * What the relay's worker runs, as text: a bundler or a test runner would not find a file of its own. It makes one request at a
 * time and knows nothing of Slack; with the requests come the credentials, so that they are in no argument or variable.
 */
export const relaySource = `
const { workerData } = require('node:worker_threads')
const { port, answered } = workerData
port.on('message', async ({ call, timeoutMs }) => {
  port.postMessage(await answerOf(call, AbortSignal.timeout(timeoutMs)))
  Atomics.add(answered, 0, 1)
  Atomics.notify(answered, 0)
})
async function answerOf(call, signal) {
  try {
    const { url, headers, body } = call
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    const read = await response.text().then(
      (text) => ({ body: text, isCut: false }),
      () => ({ body: '', isCut: true }),
    )
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      contentType: response.headers.get('content-type') ?? '',
      ...read,
    }
  } catch (error) {
    let root = error
    for (let depth = 0; depth < 5 && root?.cause !== undefined; depth += 1) root = root.cause
    return { broken: { message: String(root?.message ?? root), code: root?.code, syscall: root?.syscall } }
  }
}
`
