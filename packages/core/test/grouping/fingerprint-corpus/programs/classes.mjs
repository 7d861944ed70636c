class StoreError extends Error {
  constructor(message, options) {
    super(message, options)
    this.name = 'StoreError'
  }
}
class NotFoundError extends StoreError {
  name = 'NotFoundError'
  static of(kind, key) {
    return new NotFoundError(`${kind} ${key} not found`)
  }
}
class Store {
  #find(key) {
    throw NotFoundError.of('item', key)
  }
  get(key) {
    return this.#find(key)
  }
  get size() {
    throw new StoreError(`store of ${name(1)} is closed`)
  }
  static open(path) {
    throw new StoreError(`store at ${path} is locked`)
  }
}
const store = new Store()
for (const [statement, call] of [
  ['find', () => store.get(id(1))],
  ['find', () => store.get(name(2))],
  ['size', () => store.size],
  ['open', () => Store.open(`/var/${name(3)}/${id(3)}`)],
]) {
  try {
    call()
  } catch (error) {
    report(statement, 'sync', error)
  }
}
