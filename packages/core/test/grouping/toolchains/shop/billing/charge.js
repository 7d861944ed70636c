import { readFile } from 'node:fs'
import { CardError } from '../shared/errors.js'
import { inService } from '../shared/wrap.js'

function reserve(amount) {
  throw new CardError(`card declined for ${amount}`)
}

function release(amount) {
  throw new CardError(`card declined for ${amount}`)
}

export const chargeCard = (amount) => inService(() => reserve(amount))

export const refundCard = (amount) => inService(() => release(amount))

export function openAccount(number, report) {
  readFile(`/no/such/accounts/${number}`, (error) => {
    if (error) report(error)
  })
}
