import { readFileSync } from 'node:fs'

const lock = JSON.parse(
  readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
).packages

/** How many packages `name` adds to a project that has the packages `present`, according to the lock file. */
export function packagesAdded(name, present) {
  const had = new Set(present.flatMap((other) => [...closureOf(other)]))
  return [...closureOf(name)].filter((path) => !had.has(path)).length
}

function closureOf(name) {
  const seen = new Set()
  const waiting = [placeOf(name, '')]
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (seen.has(place)) continue
    seen.add(place)
    const { dependencies = {}, peerDependencies = {} } = lock[place]
    for (const needed of Object.keys({ ...dependencies, ...peerDependencies })) {
      const at = placeOf(needed, place)
      if (at !== undefined) waiting.push(at)
    }
  }
  return seen
}

/** The folder from which Node would load `name` in the folder `from`. */
function placeOf(name, from) {
  for (
    let folder = from;
    ;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))
  ) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`
    const found = lock[path]
    if (found?.link) return found.resolved
    if (found !== undefined) return path
    if (folder === '' || !folder.includes('/node_modules/')) {
      return folder === '' ? undefined : placeOf(name, '')
    }
  }
}
