import { onTestFinished } from 'vitest'
import type { SlackOptions } from '../../src/index.ts'
import { type Program, World } from '../golden/support.ts'
import { MemoryFleet, type MemoryLink } from './memory-fleet.ts'

/** A process of the fleet. */
export interface Member {
  readonly program: Program
  readonly link: MemoryLink
}

/** Processes of one service, which share a host and a link. */
export class FleetWorld {
  readonly world = new World()
  readonly links: MemoryFleet = new MemoryFleet(this.world.clock.of({}))

  start(options: SlackOptions = {}): Member {
    const link = this.links.link()
    const given = { spoolDir: this.world.folder, fleet: { link }, ...options }
    return { program: this.world.start(given), link }
  }

  startMany(count: number, options: SlackOptions = {}): readonly Member[] {
    return Array.from({ length: count }, () => this.start(options))
  }

  kill({ program, link }: Member): void {
    program.kill()
    this.links.kill(link)
  }

  /** The texts of the messages in a channel, as they are now. */
  texts(channel: string = '#alerts'): readonly string[] {
    const shown = new Map<string, string>()
    for (const { method, body } of this.world.slack.recorded) {
      if (body['thread_ts'] !== undefined || !method.startsWith('chat.')) continue
      const text = String(body['text'])
      const isHere = body['channel'] === channel || method === 'chat.update'
      if (isHere) shown.set(text.replace(/ · ×.*$/, ''), text)
    }
    return [...shown.values()]
  }

  /** The messages that were posted in a channel. */
  get posts(): readonly Readonly<Record<string, unknown>>[] {
    return this.world.slack.recorded
      .filter(({ method }) => method === 'chat.postMessage')
      .map(({ body }) => body)
      .filter((body) => body['thread_ts'] === undefined)
  }

  get requests(): string {
    return JSON.stringify(this.world.slack.recorded)
  }
}

export function createFleet(): FleetWorld {
  const fleet = new FleetWorld()
  onTestFinished(() => fleet.world.end())
  return fleet
}
