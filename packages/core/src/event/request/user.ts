import { isList, isObject, keysOf, readObject, readProperty } from '../../redaction/safe-read.ts'
import type { RequestUser } from '../log-event.ts'

const idKeys = ['id', '_id', 'userId', 'user_id', 'uid', 'sub', 'pk']
const nameKeys = ['username', 'userName', 'name', 'displayName', 'login', 'preferred_username']
const emailKeys = ['email', 'mail', 'emailAddress']
const roleKeys = ['role', 'roles', 'scope']

const maxPartLength = 200

/** Who was signed in, wherever the framework or its plug-ins keep that. */
export function readUser(
  request: object,
  redact: (text: string) => string,
): RequestUser | undefined {
  for (const candidate of candidates(request)) {
    const user = describeUser(candidate, redact)
    if (user !== undefined) return user
  }
  return undefined
}

/** A user, as one describes it, and whether the description tells all there is. */
export interface LoggedUser {
  readonly user: RequestUser
  readonly isWhole: boolean
}

/** The user that was logged beside a request, or without one. */
export function readLoggedUser(
  logged: unknown,
  redact: (text: string) => string,
): LoggedUser | undefined {
  const user = describeUser(logged, redact)
  if (user === undefined) return undefined
  const told = Object.values(user).filter((part) => part !== undefined).length
  return { user, isWhole: !isObject(logged) || keysOf(logged).length === told }
}

/** Passport and Fastify, express-jwt, hapi, sessions, Koa. */
function candidates(request: object): readonly unknown[] {
  const context = readObject(request, 'ctx') ?? request
  const state = readObject(context, 'state')
  const session = readObject(request, 'session') ?? readObject(context, 'session')
  const auth = readProperty(request, 'auth')
  return [
    readProperty(request, 'user'),
    isObject(auth) ? (readProperty(auth, 'credentials') ?? auth) : auth,
    state === undefined ? undefined : readProperty(state, 'user'),
    session === undefined ? undefined : readProperty(session, 'user'),
  ]
}

function describeUser(user: unknown, redact: (text: string) => string): RequestUser | undefined {
  if (!isObject(user)) {
    const id = printPart(user)
    return id === undefined ? undefined : { ...nobody, id: redact(id) }
  }
  const read = (keys: readonly string[]): string | undefined => {
    for (const key of keys) {
      const part = printPart(readProperty(user, key))
      if (part !== undefined) return redact(part)
    }
    return undefined
  }
  const description: RequestUser = {
    id: read(idKeys),
    name: read(nameKeys),
    email: read(emailKeys),
    role: read(roleKeys) ?? readFlagRole(user),
  }
  return Object.values(description).every((part) => part === undefined) ? undefined : description
}

const nobody: RequestUser = { id: undefined, name: undefined, email: undefined, role: undefined }

function readFlagRole(user: object): string | undefined {
  if ([readProperty(user, 'isAdmin'), readProperty(user, 'is_superuser')].includes(true))
    return 'admin'
  return [readProperty(user, 'isStaff'), readProperty(user, 'is_staff')].includes(true)
    ? 'staff'
    : undefined
}

function printPart(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value.slice(0, maxPartLength)
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (isList(value)) {
    const parts = value
      .slice(0, 10)
      .map(printPart)
      .filter((part) => part !== undefined)
    return parts.length === 0 ? undefined : parts.join(', ').slice(0, maxPartLength)
  }
  return isObject(value) ? printId(value) : undefined
}

/** MongoDB's ids are objects. */
function printId(value: object): string | undefined {
  const toHexString = readProperty(value, 'toHexString')
  if (typeof toHexString !== 'function') return undefined
  try {
    return String(Reflect.apply(toHexString, value, [])).slice(0, maxPartLength)
  } catch {
    // No id that could be told.
    return undefined
  }
}
