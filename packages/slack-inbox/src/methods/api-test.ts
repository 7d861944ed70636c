import { refuse } from './method.ts'
import type { Method } from './method.ts'

export const apiTest: Method = {
  name: 'api.test',
  run({ arguments: args }) {
    const { token: _token, ...shown } = args
    const error = args['error']
    if (typeof error === 'string' && error !== '') return refuse(error, { args: shown })
    return { ok: true, args: shown }
  },
}
