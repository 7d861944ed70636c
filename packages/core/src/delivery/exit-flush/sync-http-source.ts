/**
 * What the relay's worker runs, as text: a bundler or a test runner would not find a file of its own. It makes one request at a
 * time and knows nothing of Slack; with the requests come the credentials, so that they are in no argument or variable.
 *
 * `fetch` takes longer to load than Slack to answer; only it heeds Node's proxy variables.
 */
export const relaySource = `
const { workerData } = require('node:worker_threads')
const { port, answered } = workerData
const maxBody = 1_000_000
const send = process.env.NODE_USE_ENV_PROXY === '1' ? byFetch : byHttp
port.on('message', async ({ call, timeoutMs }) => {
  port.postMessage(await send(call, AbortSignal.timeout(timeoutMs)).catch(describe))
  Atomics.add(answered, 0, 1)
  Atomics.notify(answered, 0)
})

function byHttp({ url, headers, body }, signal) {
  const { request } = url.startsWith('https:') ? require('node:https') : require('node:http')
  const bytes = Buffer.from(body)
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': bytes.length },
      signal,
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      let text = ''
      const finish = (isCut) =>
        resolve({
          status: response.statusCode,
          retryAfter: response.headers['retry-after'] ?? null,
          contentType: response.headers['content-type'] ?? '',
          body: text,
          isCut,
        })
      response.setEncoding('utf8').on('data', (piece) => {
        text += piece
        if (text.length <= maxBody) return
        finish(true)
        sent.destroy()
      })
      response.on('end', () => finish(false)).on('error', () => finish(true))
    })
    sent.end(bytes)
  })
}

async function byFetch({ url, headers, body }, signal) {
  const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
  let text = ''
  const read = async () => {
    for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece
      if (text.length > maxBody) return true
    }
    return false
  }
  const isCut = await read().catch(() => true)
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    contentType: response.headers.get('content-type') ?? '',
    body: text,
    isCut,
  }
}

function describe(error) {
  let root = error
  for (let depth = 0; depth < 5 && root?.cause !== undefined; depth += 1) root = root.cause
  return { broken: { message: String(root?.message ?? root), code: root?.code, syscall: root?.syscall } }
}
`
