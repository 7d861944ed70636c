import { fileURLToPath } from 'node:url'

/** The program as it is installed. */
export const program: string = fileURLToPath(new URL('../../cli.js', import.meta.url))
