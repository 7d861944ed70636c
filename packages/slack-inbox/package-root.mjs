// The path of this package, which ESM and CommonJS determine differently.
import { fileURLToPath } from 'node:url'

export const packageRoot = fileURLToPath(new URL('.', import.meta.url))
