import { readFileSync } from 'node:fs'
import { readFile as readLater } from 'node:fs/promises'
function loadConfig(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
async function loadUser(number) {
  return JSON.parse(await readLater(`/nowhere/users/${number}.json`, 'utf8'))
}
async function loadFolder(number) {
  if (number % 2 === 0) await Promise.resolve()
  return readLater(process.cwd())
}
try {
  loadConfig(`/nowhere/${name(1)}/config.json`)
} catch (error) {
  report('config', 'sync', error)
}
Promise.resolve()
  .then(() => loadConfig(`/nowhere/${id(2)}/config.json`))
  .catch((error) => report('config', 'promise', error))
loadUser(id(3)).catch((error) => report('user', 'async function', error))
setTimeout(() => loadUser(id(4)).catch((error) => report('user', 'timer', error)), 1)
loadFolder(1).catch((error) => report('folder', 'async function', error))
loadFolder(2).catch((error) => report('folder', 'after await', error))
