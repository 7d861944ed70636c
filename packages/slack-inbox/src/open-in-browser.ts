import { spawn } from 'node:child_process'

const programs: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  // Unlike `start`, it takes an address as it is, `&` included.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
}

/** Opens `url` in the browser of whoever sits here; `onFailure` is called where there is none. */
export function openInBrowser(url: string, onFailure: () => void): void {
  const [program, ...first] = programs[process.platform] ?? ['xdg-open']
  const child = spawn(program, [...first, url], { stdio: 'ignore', detached: true })
  child.once('error', onFailure)
  child.once('exit', (code) => {
    if (code !== 0) onFailure()
  })
  child.unref()
}
