import { app, team } from './workspace.ts'
import type { Channel, Workspace } from './workspace.ts'

/** The addresses of incoming webhooks: one for each channel. */
export class Webhooks {
  readonly #workspace: Workspace
  readonly #secret: string

  /** `secret` is part of every address: whoever knows it may post. */
  constructor(workspace: Workspace, secret: string) {
    this.#workspace = workspace
    this.#secret = secret
  }

  pathOf(channel: Channel): string {
    return `/services/${team.id}/${app.botId}/${channel.id}${this.#secret}`
  }

  channelOf(path: string): Channel | undefined {
    const [, , teamId, botId, key = ''] = path.split('/')
    if (teamId !== team.id || botId !== app.botId || !key.endsWith(this.#secret)) return undefined
    return this.#workspace.channelById(key.slice(0, key.length - this.#secret.length))
  }
}
