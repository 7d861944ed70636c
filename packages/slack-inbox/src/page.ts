import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '#package-root'
import { textReply } from './answer.ts'
import type { Reply } from './answer.ts'

const files: ReadonlyMap<string, { readonly name: string; readonly type: string }> = new Map([
  ['/', { name: 'index.html', type: 'text/html; charset=utf-8' }],
  ['/page.js', { name: 'page.js', type: 'text/javascript; charset=utf-8' }],
  ['/page.css', { name: 'page.css', type: 'text/css; charset=utf-8' }],
])

/** Messages are hostile text: nothing may run or load but the page's own two files. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Answers with a file of the page; permalinks open the page too. */
export function answerPage(path: string): Reply {
  const file = files.get(path.startsWith('/archives/') ? '/' : path)
  if (file === undefined) return textReply('not found', 404)
  return {
    kind: 'reply',
    status: 200,
    headers: {
      'content-type': file.type,
      'content-security-policy': contentSecurityPolicy,
      'cache-control': 'no-cache',
      'referrer-policy': 'no-referrer',
    },
    body: readFileSync(join(packageRoot, 'page', file.name)),
  }
}
