import { text } from '../argument.ts'
import type { StoredFile } from '../file-store.ts'
import { attachedFile } from '../file-store.ts'
import type { JsonObject } from '../json.ts'
import { refuse } from '../refusal.ts'
import { app } from '../workspace.ts'
import { tier } from './method.ts'
import type { Method } from './method.ts'

/** Describes a file and where it is shared. */
export const filesInfo: Method = {
  name: 'files.info',
  arguments: { count: 'number', cursor: 'text', file: 'text', limit: 'number', page: 'number' },
  required: ['file'],
  scopes: ['files:read'],
  callsPerMinute: tier.four,
  takesJson: false,
  isWriting: false,
  run({ slack, arguments: args }) {
    const file = slack.files.find(text(args, 'file'))
    if (file === undefined || !file.isComplete) return refuse('file_not_found')
    return {
      ok: true,
      file: wireFile(file),
      content: attachedFile(file).content,
      comments: [],
      response_metadata: { next_cursor: '' },
    }
  },
}

function wireFile(file: StoredFile): JsonObject {
  const channels = (isPrivate: boolean): readonly string[] =>
    file.shares.filter((share) => share.isPrivate === isPrivate).map(({ channel }) => channel)
  return {
    id: file.id,
    created: Math.floor(file.createdAt / 1000),
    name: file.name,
    title: file.title,
    size: file.length,
    user: app.botUserId,
    channels: channels(false),
    groups: channels(true),
    shares: { public: shares(file, false), private: shares(file, true) },
  }
}

function shares(file: StoredFile, isPrivate: boolean): JsonObject {
  return Object.fromEntries(
    file.shares
      .filter((share) => share.isPrivate === isPrivate)
      .map(({ channel, ts }) => [channel, [{ ts }]]),
  )
}
