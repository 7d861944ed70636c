function rejectText(key) {
  throw `user ${key} is gone`
}
function rejectOther(key) {
  throw `order ${key} is gone`
}
function rejectObject(code) {
  throw { code, message: `gateway answered ${id(3)}` }
}
for (const [statement, call] of [
  ['text', () => rejectText(id(1))],
  ['text', () => rejectText(name(1))],
  ['other text', () => rejectOther(id(2))],
  ['object', () => rejectObject('E_GATEWAY')],
]) {
  try {
    call()
  } catch (error) {
    report(statement, 'sync', error)
  }
}
