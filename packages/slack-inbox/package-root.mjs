// The one thing that ESM and CommonJS spell differently: where this package lies.
import { fileURLToPath } from 'node:url'

export const packageRoot = fileURLToPath(new URL('.', import.meta.url))
