/** A line, and which of several programs printed it. */
export interface SourceLine {
  /** What names the program; empty if nothing does. */
  readonly source: string
  readonly text: string
}

/** What puts the name of a program before each of its lines. */
const sources = [
  // PM2
  String.raw`\d+\|[\w.@/ -]{1,60}?\s*\| ?`,
  // docker compose, foreman
  String.raw`(?:\d\d:\d\d:\d\d )?[\w.-]{1,60} +\| ?`,
  // kubectl --prefix
  String.raw`\[pod/[^\]]{1,120}\] ?`,
  // concurrently, by number; a name in brackets may be that of a logger
  String.raw`\[\d+\] `,
  // turbo
  String.raw`[\w@/.-]{1,60}:[a-z][\w-]{0,30}: `,
  // syslog in its newer form
  String.raw`<\d{1,3}>1 (?:\S+ ){5}(?:-|\[.{0,200}?\]) `,
  // syslog in its older form, journald
  String.raw`(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.-]{1,60} [\w.@/-]{1,60}(?:\[\d+\])?: `,
]
/** docker logs -t, kubectl --timestamps, the files of CRI, PM2 --time, Heroku */
const stamp = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?(?: std(?:out|err) [FP]|:)? `
const heroku = String.raw`[a-z]{1,20}\[[\w.-]{1,40}\]: `
const prefix = new RegExp(`^(?:${stamp}(${heroku})?)?(?:(${sources.join('|')})(?:${stamp})?)?`)

/** Takes off what docker, kubectl, journald, PM2 and others put before each line of a program. */
export function splitSource(line: string): SourceLine {
  const [all = '', first, second] = prefix.exec(line) ?? []
  if (all === '') return { source: '', text: line }
  // The time of syslog is no part of the name.
  const source = `${first ?? ''}${second ?? ''}`.replace(/^.*\d\d:\d\d:\d\d /, '').trim()
  return { source, text: line.slice(all.length) }
}
