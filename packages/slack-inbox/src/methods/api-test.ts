import { optionalText } from '../argument.ts'
import { refuse } from '../refusal.ts'
import { tier } from './method.ts'
import type { Method } from './method.ts'

/** Answers with what it was asked. */
export const apiTest: Method = {
  name: 'api.test',
  arguments: { error: 'text' },
  required: [],
  scopes: [],
  callsPerMinute: tier.four,
  takesJson: true,
  isWriting: false,
  isOpen: true,
  run({ arguments: args }) {
    const error = optionalText(args, 'error')
    return error === undefined ? { ok: true, args } : refuse(error, { args })
  },
}
