import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { installFolder } from './install-folder.ts'

const folder = new URL('../../sdks/', import.meta.url)

interface Client {
  /** Calls a server, and rejects with what the client makes of its answer. */
  readonly call: (url: string) => Promise<unknown>
}

interface Clients {
  readonly clients: Readonly<Record<string, Client>>
  readonly answerOf: (
    client: Client,
    status: number,
  ) => { headers: Record<string, string>; body: string }
}

// Before their names are resolved, or Vite takes what it finds elsewhere.
installFolder(folder)
// Loads the SDKs only when they are called.
const { clients, answerOf } = (await import(new URL('clients.mjs', folder).href)) as Clients

/** The names of the SDKs and HTTP clients. */
export const clientNames: readonly string[] = Object.keys(clients)

/** What each client throws for each status, by the client's name. */
export async function collectErrors(
  statuses: readonly number[],
): Promise<ReadonlyMap<string, ReadonlyMap<number, unknown>>> {
  const errors = Object.entries(clients).map(async ([name, client]) => {
    const ofClient = new Map<number, unknown>()
    for (const status of statuses) {
      // A server for each call: some clients keep away from one that failed.
      await using server = await answerWith(answerOf(client, status), status)
      ofClient.set(status, await errorOf(client.call(server.url)))
    }
    return [name, ofClient] as const
  })
  return new Map(await Promise.all(errors))
}

async function errorOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
  } catch (error) {
    return error
  }
  throw new Error('Expected the client to fail')
}

async function answerWith(answer: ReturnType<Clients['answerOf']>, status: number) {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(status, answer.headers).end(answer.body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}
