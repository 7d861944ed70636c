import { packageRoot } from '#package-root'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { type HttpResponse, textResponse } from '../http/answer.ts'

const folder = join(packageRoot, 'dist', 'page')

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Messages are untrusted: only the page's own files run or load, and no HTML is made from text. */
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

let files: ReadonlySet<string> = new Set()

/** Serves a file of the built page. Permalinks open the page too. */
export function servePage(path: string): HttpResponse {
  const name = path === '/' || path.startsWith('/archives/') ? 'index.html' : path.slice(1)
  // Serves only files that were found in the folder, which is listed again for the files of a new build.
  if (!files.has(name)) files = listFiles()
  if (!files.has(name)) return textResponse(files.has('index.html') ? 'not found' : notBuilt, 404)
  return {
    kind: 'response',
    status: 200,
    headers: {
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': contentSecurityPolicy,
      'cross-origin-opener-policy': 'same-origin',
      // Names of assets contain a hash of their content.
      'cache-control': name.startsWith('assets/') ? 'max-age=31536000, immutable' : 'no-cache',
      'referrer-policy': 'no-referrer',
    },
    body: readFileSync(join(folder, name)),
  }
}

const notBuilt = 'The page of the inbox is not built: npm run build -w @slack-logger/slack-inbox'

function listFiles(): ReadonlySet<string> {
  try {
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return new Set(paths.map((path) => path.replaceAll('\\', '/')))
  } catch {
    // The page is not built; `notBuilt` explains how to build it.
    return new Set()
  }
}
