function findUser(key) {
  throw new TypeError(`user ${key} has no account`)
}
const showProfile = (key) => findUser(key)
const showInvoices = (key) => findUser(key)
try {
  showProfile(id(1))
} catch (error) {
  report('user', 'from profile', error)
}
try {
  showInvoices(id(2))
} catch (error) {
  report('user', 'from invoices', error)
}
