import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JsonObject } from '../../src/index.ts'

/** A request that an app received. */
export interface Received {
  readonly headers: IncomingMessage['headers']
  /** As it was sent. */
  readonly body: string
  readonly payload: JsonObject
}

/** An app's server on this machine, which records what it gets. */
export interface AppServer extends AsyncDisposable {
  readonly url: string
  readonly received: readonly Received[]
}

/** Starts an app that answers with `respond`, by default with an empty 200. */
export async function startApp(
  respond: (response: ServerResponse, received: Received) => void = (response) => response.end(),
): Promise<AppServer> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const body = Buffer.concat(pieces).toString()
      const payload = JSON.parse(new URLSearchParams(body).get('payload') ?? '{}') as JsonObject
      const one = { headers: request.headers, body, payload }
      received.push(one)
      respond(response, one)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/slack/actions`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

export const resolveButton = {
  type: 'button',
  action_id: 'resolve',
  text: { type: 'plain_text', text: 'Resolve' },
  value: 'o|key|1',
  style: 'primary',
} as const

export const muteMenu = {
  type: 'static_select',
  action_id: 'mute',
  placeholder: { type: 'plain_text', text: 'Mute…' },
  options: [
    { text: { type: 'plain_text', text: '1 hour' }, value: '1h' },
    { text: { type: 'plain_text', text: 'Until the next release' }, value: 'release' },
  ],
} as const

export const moreMenu = {
  type: 'overflow',
  action_id: 'more',
  options: [
    { text: { type: 'plain_text', text: 'Take' }, value: 'take' },
    { text: { type: 'plain_text', text: 'Release' }, value: 'release' },
  ],
} as const

export const row: JsonObject = {
  type: 'actions',
  block_id: 'row',
  elements: [resolveButton, muteMenu, moreMenu],
}
