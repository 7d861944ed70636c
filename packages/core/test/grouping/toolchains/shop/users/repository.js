import { UserNotFoundError } from '../shared/errors.js'

const rows = new Map()

export async function load(key) {
  await Promise.resolve()
  const row = rows.get(key)
  if (row === undefined) throw new UserNotFoundError(`user ${key} not found`)
  return row
}
