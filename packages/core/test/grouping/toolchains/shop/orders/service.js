import { validate } from '../shared/validate.js'

export function create(input) {
  const { address } = input
  return { street: address.street }
}

export async function submit(mail) {
  await new Promise((resolve) => setTimeout(resolve, 1))
  const parts = validate(mail, 'orders')
  return parts
}

export function reprice(keys) {
  return keys.map((key) => {
    throw new RangeError(`order ${key} has its price already`)
  })
}
