import type { JsonObject } from '../json.ts'
import { app, team, type User, type UserGroup } from '../workspace/workspace.ts'
import { flag, pageOf, text } from './arguments.ts'
import { type Method, errorResponse, tier } from './method.ts'

/** Returns one person. */
export const usersInfo: Method = {
  name: 'users.info',
  arguments: { include_locale: 'flag', user: 'text' },
  required: ['user'],
  scopes: ['users:read'],
  callsPerMinute: tier.four,
  takesJson: false,
  isWriting: false,
  run({ slack, arguments: args }) {
    const user = slack.workspace.users.get(text(args, 'user'))
    return user === undefined ? errorResponse('user_not_found') : { ok: true, user: wireUser(user) }
  },
}

/** Lists the people. */
export const usersList: Method = {
  name: 'users.list',
  arguments: { cursor: 'text', include_locale: 'flag', limit: 'number', team_id: 'text' },
  required: [],
  scopes: ['users:read'],
  callsPerMinute: tier.two,
  takesJson: false,
  isWriting: false,
  run({ slack, arguments: args }) {
    const users = [...slack.workspace.users.values()]
    const page = pageOf(users, args, { key: ({ id }) => id, defaultLimit: 1000, maxLimit: 1000 })
    if (!page.ok) return page
    return {
      ok: true,
      members: page.items.map(wireUser),
      cache_ts: Math.floor(slack.clock.now() / 1000),
      response_metadata: { next_cursor: page.nextCursor },
    }
  },
}

/** Lists the user groups. */
export const usergroupsList: Method = {
  name: 'usergroups.list',
  arguments: {
    include_count: 'flag',
    include_disabled: 'flag',
    include_users: 'flag',
    team_id: 'text',
  },
  required: [],
  scopes: ['usergroups:read'],
  callsPerMinute: tier.two,
  takesJson: false,
  isWriting: false,
  run: ({ slack, arguments: args }) => ({
    ok: true,
    usergroups: [...slack.workspace.userGroups.values()].map((group) => ({
      ...wireGroup(group),
      ...(flag(args, 'include_users') ? { users: group.users } : {}),
      ...(flag(args, 'include_count') ? { user_count: String(group.users.length) } : {}),
    })),
  }),
}

/** Lists the members of a user group. */
export const usergroupsUsersList: Method = {
  name: 'usergroups.users.list',
  arguments: { include_disabled: 'flag', team_id: 'text', usergroup: 'text' },
  required: ['usergroup'],
  scopes: ['usergroups:read'],
  callsPerMinute: tier.two,
  takesJson: false,
  isWriting: false,
  run({ slack, arguments: args }) {
    const group = slack.workspace.userGroups.get(text(args, 'usergroup'))
    return group === undefined ? errorResponse('no_such_subteam') : { ok: true, users: group.users }
  },
}

function wireUser(user: User): JsonObject {
  return {
    id: user.id,
    team_id: user.teamId ?? team.id,
    name: user.name,
    real_name: user.realName,
    deleted: false,
    is_bot: user.id === app.botUserId,
    is_app_user: false,
    is_restricted: user.isGuest === true,
    is_ultra_restricted: false,
    tz: 'Etc/UTC',
    tz_offset: 0,
    updated: 0,
    profile: { real_name: user.realName, display_name: user.name },
  }
}

function wireGroup(group: UserGroup): JsonObject {
  return {
    id: group.id,
    team_id: team.id,
    is_usergroup: true,
    name: group.handle,
    handle: group.handle,
    description: '',
    is_external: false,
    date_create: 0,
    date_update: 0,
    date_delete: 0,
  }
}
