import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const name = '@slack-logger/slack-inbox'

/**
 * Starts the inbox of the project, with its own options.
 *
 * @throws if it is not installed
 */
export async function startInbox(given: readonly string[]): Promise<void> {
  const file = join(dirname(findManifest()), 'cli.js')
  process.argv = [process.execPath, file, ...given]
  await import(pathToFileURL(file).href)
}

function findManifest(): string {
  for (const place of [join(process.cwd(), 'package.json'), __filename]) {
    try {
      return createRequire(place).resolve(`${name}/package.json`)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  throw new Error(
    `Expected the package ${name} to be installed: npm install --save-dev ${name}; to start it without: npx ${name}`,
  )
}
