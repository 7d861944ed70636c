import { UserNotFoundError } from '../shared/errors.js'
import { load } from './repository.js'

export class UserController {
  #names = new Map()
  async show(key) {
    const user = await load(key)
    return user.profile
  }
  #rename(key) {
    const names = this.#names.get(key)
    return names.first
  }
  rename(key) {
    return this.#rename(key)
  }
  get locale() {
    const settings = this.settings
    return settings.locale
  }
  remove = (key) => {
    throw new UserNotFoundError(`user ${key} cannot be removed`)
  }
}
