import { execFile, execFileSync, spawn } from 'node:child_process'
import { promisify } from 'node:util'
function resize(path) {
  return execFileSync(process.execPath, ['-e', 'process.exit(3)', path], { stdio: 'pipe' })
}
async function convert(path) {
  return promisify(execFile)(process.execPath, ['-e', 'process.exit(4)', path])
}
function render(path) {
  return new Promise((resolve, reject) => {
    spawn(`/nowhere/render`, [path]).on('error', reject).on('exit', resolve)
  })
}
try {
  resize(`/tmp/${id(1)}.png`)
} catch (error) {
  report('resize', 'sync', error)
}
convert(`/tmp/${id(2)}.png`).catch((error) => report('convert', 'async', error))
convert(`/tmp/${name(2)}.png`).catch((error) => report('convert', 'async', error))
render(`/tmp/${id(3)}.png`).catch((error) => report('render', 'async', error))
