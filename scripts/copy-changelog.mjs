// All packages have one version and one changelog, which each of them is published with.
import { copyFileSync } from 'node:fs'

copyFileSync(new URL('../CHANGELOG.md', import.meta.url), 'CHANGELOG.md')
