import { dirname, resolve } from 'node:path'
import { build } from 'rolldown'

const mark = '?source'

/**
 * A plugin for rolldown and vite: `import source from './worker.ts?source'` yields the code of that file and all it imports as one
 * string of CommonJS, for `new Worker(source, { eval: true })`. So a worker needs no file of its own, which the bundler of a user would
 * not find.
 */
export function workerSource() {
  return {
    name: 'worker-source',
    // Vite's own resolver would take the file itself.
    enforce: 'pre',
    resolveId(id, importer) {
      return id.endsWith(mark) ? `\0${resolve(dirname(importer), id)}` : undefined
    },
    async load(id) {
      if (!id.startsWith('\0') || !id.endsWith(mark)) return undefined
      const file = id.slice(1, -mark.length)
      this.addWatchFile(file)
      return `export default ${JSON.stringify(await bundle(file))}`
    },
  }
}

async function bundle(file) {
  const { output } = await build({
    input: file,
    write: false,
    platform: 'node',
    external: /^node:/,
    transform: { target: 'node20.19' },
    output: { format: 'cjs', minify: true },
  })
  const [{ code, imports }] = output
  // Where the string is run, no package can be found.
  const foreign = imports.filter((name) => !name.startsWith('node:'))
  if (output.length > 1 || foreign.length > 0)
    throw new Error(`Expected ${file} to need nothing but Node, got ${foreign.join(', ')}`)
  return code
}
