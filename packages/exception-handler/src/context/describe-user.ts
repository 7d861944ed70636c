import { callMethod, cutText, readProperty } from '../read-safely.ts'

/** The signed-in user, as far as a log needs it. */
export interface UserContext {
  readonly id?: string
  readonly name?: string
  readonly email?: string
  readonly role?: string
}

const maxLength = 200

const places = {
  id: ['id', '_id', 'userId', 'user_id', 'uid', 'sub'],
  name: ['username', 'name', 'displayName', 'preferred_username', 'login'],
  email: ['email'],
  role: ['role', 'roles'],
} as const

/** Reduces a user to id, name, email and role, so that no password hash or token of it is ever logged. */
export function describeUser(user: unknown): UserContext | undefined {
  if (typeof user === 'string' || typeof user === 'number' || typeof user === 'bigint') {
    return { id: cutText(String(user), maxLength) }
  }
  if (typeof user !== 'object' || user === null) return undefined
  const role = readFirst(user, places.role) ?? staffRole(user)
  const parts = {
    id: readFirst(user, places.id),
    name: readFirst(user, places.name),
    email: readFirst(user, places.email),
    role,
  }
  const told = Object.entries(parts).filter(([, value]) => value !== undefined)
  return told.length === 0 ? undefined : Object.fromEntries(told)
}

function readFirst(user: unknown, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const text = asText(readProperty(user, key))
    if (text !== undefined) return text
  }
  return undefined
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : cutText(value, maxLength)
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) {
    const texts = value.slice(0, 10).map((item: unknown) => asText(item))
    return cutText(texts.filter((text) => text !== undefined).join(', '), maxLength) || undefined
  }
  // Mongo's ids and the like say what they are by `toString`; a plain object does not.
  const hasOwnText = readProperty(value, 'toString') !== Object.prototype.toString
  const text = hasOwnText ? callMethod(value, 'toString') : undefined
  return typeof text === 'string' && text !== '' ? cutText(text, maxLength) : undefined
}

/** Django's flags, which many services took over. */
function staffRole(user: unknown): string | undefined {
  const isSet = (key: string): boolean => readProperty(user, key) === true
  if (isSet('is_superuser') || isSet('isAdmin') || isSet('is_admin')) return 'admin'
  return isSet('is_staff') || isSet('isStaff') ? 'staff' : undefined
}
