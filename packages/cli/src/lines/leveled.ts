import { stripVTControlCharacters } from 'node:util'

/** A line that begins with its level. */
export interface LeveledLine {
  readonly level: string
  /** Whether it is an error or worse. */
  readonly isAlert: boolean
  /** What follows the level. */
  readonly text: string
}

/** Words for levels that other loggers call by the second name. */
const spellings: Readonly<Record<string, string>> = {
  err: 'error',
  erro: 'error',
  fail: 'error',
  ftl: 'fatal',
  crit: 'critical',
  wrn: 'warn',
  inf: 'info',
  dbug: 'debug',
  dbg: 'debug',
  trc: 'trace',
  trce: 'trace',
  favorite: 'fav',
  awaiting: 'await',
  waiting: 'wait',
  watching: 'watch',
  starred: 'star',
  // klog and MongoDB
  e: 'error',
  f: 'fatal',
  w: 'warn',
  i: 'info',
}

/** A level by the name that the core knows: without colors, and without the distance that Go's slog adds, as in `INFO+2`. */
export function levelNamed(given: string): string {
  const plain = given.includes('\u001B') ? stripVTControlCharacters(given) : given
  const name = plain.trim().replace(/^([A-Za-z]+)[+-]\d+$/, '$1')
  return spellings[name.toLowerCase()] ?? name
}

const alerts: readonly string[] = 'error fatal critical severe panic alert emerg emergency'.split(
  ' ',
)
const others =
  'warn warning notice info log debug trace verbose success ready start box complete note pending pause'
const short = Object.keys(spellings).filter((word) => word.length > 2 && word !== 'fail')
const words = [...alerts, ...others.split(' '), ...short].join('|')

const forms = [
  // winston; what is indented is a field
  `(?<!^\\s+)(${words}):(?=\\s|$)`,
  // Most loggers; Monolog puts its channel before.
  String.raw`[[(<*|]?\s*(?:[\w-]{1,40}\.)?(${words.toUpperCase()})\s*(?=[\s:|\])>*]|$)[\])>*]?:?`,
  // consola, nginx, structlog; Apache puts its module before.
  String.raw`\[\s*(?:[\w-]{1,40}:)?(${words})\s*\]`,
  // signale
  String.raw`(?:› )?[^\s\w'"\x60.,:;/\\()[\]{}<>|#*-]\uFE0F?\s+(${words})\s`,
  // .NET, whose text is in the next line
  String.raw`(fail|crit|warn|info|dbug|trce): (?=[\w.]+\[\d+\]$)`,
  // klog
  String.raw`([IWEF])\d{4} [\d:.]+\s+\d+ [\w.-]+:\d+\]`,
]
const leveled = new RegExp(`(?:${forms.join('|')})(?:\\s*(?:[:|]+|-+)(?=\\s|$))*\\s*`, 'uy')

/** What may come before a level: a time, numbers, names in brackets or in a column of their own, separators. */
const before = new RegExp(
  [
    String.raw`\s+`,
    String.raw`\d[\d\-:.,TZ+/]*(?: ?[AP]M\b)?(?: (?:UTC|GMT|CES?T|[ECMP][SD]T)\b)?`,
    // Serilog and env_logger put the level into the same brackets.
    String.raw`\[[\d\-:.,TZ+/ ]+(?=(?:${words.toUpperCase()})\b)`,
    String.raw`\[[^\]]{0,60}\]:?`,
    String.raw`\([^)]{0,60}\)`,
    String.raw`[\w.$/@-]{1,60}(?=\s+[|-]+\s)`,
    String.raw`[\w-]{1,60}(?=\t)`,
    String.raw`\w{1,20}=\S{1,60}(?=\s)`,
    String.raw`[A-Z],(?= \[)`,
    String.raw`[^\p{L}\p{N}\s"'\x60\\[(<{=]+(?=\s)`,
  ].join('|'),
  'uy',
)
/** A shortcut for most lines. */
const mayBeLeveled = new RegExp(String.raw`\b(?:${words}|fail)\b|^[IWEF]\d{4} `, 'i')

/** A level stands at the beginning, and lines may be long. */
const maxHead = 160

/** Reads the level that a line begins with; `undefined` if it begins with none. */
export function readLeveled(line: string): LeveledLine | undefined {
  const head = line.slice(0, maxHead)
  if (!mayBeLeveled.test(head)) return undefined
  for (let at = 0; at < head.length; at = before.lastIndex) {
    leveled.lastIndex = at
    const [, ...found] = leveled.exec(head) ?? []
    const word = found.find((part) => part !== undefined)
    if (word !== undefined) return describe(word, line.slice(leveled.lastIndex))
    before.lastIndex = at
    if (!before.test(head)) return undefined
  }
  return undefined
}

/** A number of errors, as in `error: 0`; the tags of Rails, alone or before a line of a stack. */
const saysNothing = /^(?:\d+|(?:\[[^\]]+\] *)+|(?:\[[^\]]+\] *)*\S+:\d+:in [`'].*)$/

function describe(word: string, rest: string): LeveledLine {
  const name = word.toLowerCase()
  const level = spellings[name] ?? name
  const text = withoutPlaces(rest)
  return { level, isAlert: alerts.includes(level) && !saysNothing.test(text), text }
}

/** tslog and zap print places and names of loggers in columns. */
function withoutPlaces(text: string): string {
  if (!text.includes('\t')) return text
  const columns = text.split('\t').map((column) => column.trim())
  return columns.filter((column) => !/^$|^[\w./@-]{1,200}:\d+$/.test(column)).join(' ')
}
