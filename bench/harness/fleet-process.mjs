import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Starts a process of a fleet.
 *
 * @param {string} subject its program in `subjects/`
 * @param {object} given
 * @param {{ apiUrl: string }} given.inbox where it sends
 * @param {string} given.folder what it shares with the others of its host
 * @param {Record<string, string>} given.env
 */
export function startProcess(subject, { inbox, folder, env }) {
  const program = fileURLToPath(new URL(`../subjects/${subject}.mjs`, import.meta.url))
  return spawn(process.execPath, ['--expose-gc', program], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      SLACK_API_URL: inbox.apiUrl,
      SLACK_BOT_TOKEN: 'xoxb-bench',
      SLACK_CHANNEL: '#alerts',
      SLACK_LOGGER_SPOOL_DIR: join(folder, 'kept'),
      ...env,
    },
  })
}
