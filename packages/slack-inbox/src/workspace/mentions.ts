import { type Json, type JsonObject, objectsIn } from '../json.ts'
import type { Notified } from './message.ts'
import { app, type Channel, type Workspace } from './workspace.ts'

/** The parts of a message that can mention somebody. */
interface Mentioning {
  readonly text: string
  readonly blocks: readonly JsonObject[]
  readonly attachments: readonly JsonObject[]
  /** Whether names in plain text are mentions, as with `link_names` and `parse: 'full'`. */
  readonly linksNames: boolean
}

interface Mentions {
  readonly broadcasts: Set<string>
  readonly users: Set<string>
  readonly groups: Set<string>
}

/**
 * Finds out who would be notified by a message. Where Slack documents nothing (mentions in code, in a fallback text
 * beside blocks, in a markdown block), everybody mentioned counts as notified, so that tests see every possible
 * notification.
 */
export function notifiedBy(message: Mentioning, workspace: Workspace, channel: Channel): Notified {
  const found: Mentions = { broadcasts: new Set(), users: new Set(), groups: new Set() }
  readMarkup(message.text, found)
  if (message.linksNames) readNames(message.text, found, workspace)
  readObjects(message.blocks, found, workspace)
  readObjects(message.attachments, found, workspace)
  return {
    broadcasts: [...found.broadcasts],
    users: [...found.users],
    groups: [...found.groups],
    people: people(found, workspace, channel),
  }
}

/** Finds unescaped `<@U…>`, `<!subteam^S…>` and `<!here>`. */
function readMarkup(text: string, found: Mentions): void {
  for (const [, mark = ''] of text.matchAll(/<([@!][^<>]{1,200})>/g)) {
    const [id = ''] = mark.slice(1).split('|')
    if (mark.startsWith('@')) found.users.add(id)
    else if (id.startsWith('subteam^')) found.groups.add(id.slice('subteam^'.length))
    else if (isBroadcast(id)) found.broadcasts.add(id)
  }
}

/** Finds `@here` and `@oncall` in plain text. */
function readNames(text: string, found: Mentions, workspace: Workspace): void {
  for (const [, name = ''] of text.matchAll(/(?<![\w.@])@([\w.-]{1,80})/g)) {
    if (isBroadcast(name)) found.broadcasts.add(name)
    for (const group of workspace.userGroups.values())
      if (group.handle === name) found.groups.add(group.id)
  }
}

function readObjects(value: Json, found: Mentions, workspace: Workspace): void {
  for (const object of objectsIn(value)) {
    if (readRichText(object, found) || object['type'] === 'plain_text') continue
    for (const name of ['text', 'pretext', 'value']) {
      const text = object[name]
      if (typeof text !== 'string' || object['type'] === 'text') continue
      readMarkup(text, found)
      if (object['type'] === 'mrkdwn' && object['verbatim'] !== true)
        readNames(text, found, workspace)
    }
  }
}

/** Reads an element of rich text that mentions somebody; text elements never do. */
function readRichText(object: JsonObject, found: Mentions): boolean {
  const { type, user_id: user, usergroup_id: group, range } = object
  if (type === 'user' && typeof user === 'string') found.users.add(user)
  else if (type === 'usergroup' && typeof group === 'string') found.groups.add(group)
  else if (type === 'broadcast' && typeof range === 'string') found.broadcasts.add(range)
  else return false
  return true
}

function people(found: Mentions, workspace: Workspace, channel: Channel): readonly string[] {
  const ids = new Set([...found.users].filter((id) => workspace.users.has(id)))
  for (const group of found.groups)
    for (const id of workspace.userGroups.get(group)?.users ?? []) ids.add(id)
  if (found.broadcasts.size > 0) for (const id of channel.members) ids.add(id)
  if (channel.directUser !== undefined) ids.add(channel.directUser)
  ids.delete(app.botUserId)
  return [...ids]
}

function isBroadcast(name: string): boolean {
  return name === 'here' || name === 'channel' || name === 'everyone'
}
