import { beforeEach } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** Of the environment, for the table. */
    version?: string
  }
}

/** Notes the version of an environment for the table that `npm run environments` prints. */
export function noteVersion(read: () => string): void {
  beforeEach(({ task }) => {
    task.meta.version = read().trim().replace(/^v/, '')
  })
}
