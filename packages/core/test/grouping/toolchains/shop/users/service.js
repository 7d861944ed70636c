import { validate } from '../shared/validate.js'

export function create(input) {
  const { address } = input
  return { city: address.city }
}

export async function findByEmail(mail) {
  await new Promise((resolve) => setTimeout(resolve, 1))
  const parts = validate(mail, 'users')
  return parts
}

export function importAll(keys) {
  return keys.map((key) => {
    throw new RangeError(`user ${key} is imported already`)
  })
}
