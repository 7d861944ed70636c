import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { packageRoot } from '#package-root'
import { textReply } from '../answer.ts'
import type { Reply } from '../answer.ts'

const folder = join(packageRoot, 'dist', 'page')

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Messages are hostile text: nothing runs or loads but the page's own files, and nothing is made from text. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

let known: ReadonlySet<string> = new Set()

/** Answers with a file of the built page; permalinks open the page too. */
export function answerPage(path: string): Reply {
  const name = path === '/' || path.startsWith('/archives/') ? 'index.html' : path.slice(1)
  // Only names that were found in the folder: a path can ask for nothing else. A new build has new ones.
  if (!known.has(name)) known = listFiles()
  if (!known.has(name)) return textReply(isBuilt(known) ? 'not found' : notBuilt, 404)
  return {
    kind: 'reply',
    status: 200,
    headers: {
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': contentSecurityPolicy,
      'cross-origin-opener-policy': 'same-origin',
      // The names of assets hold a hash of their content.
      'cache-control': name.startsWith('assets/') ? 'max-age=31536000, immutable' : 'no-cache',
      'referrer-policy': 'no-referrer',
    },
    body: readFileSync(join(folder, name)),
  }
}

const notBuilt = 'The page of the inbox is not built: npm run build -w @slack-logger/slack-inbox'

function isBuilt(files: ReadonlySet<string>): boolean {
  return files.has('index.html')
}

function listFiles(): ReadonlySet<string> {
  try {
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return new Set(paths.map((path) => path.replaceAll('\\', '/')))
  } catch {
    // A checkout that was compiled without the page; the answer above says how to build it.
    return new Set()
  }
}
