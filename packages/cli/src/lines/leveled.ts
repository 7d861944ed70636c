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
  ftl: 'fatal',
  crit: 'critical',
  wrn: 'warn',
  inf: 'info',
  dbg: 'debug',
  trc: 'trace',
  favorite: 'fav',
  awaiting: 'await',
  waiting: 'wait',
  watching: 'watch',
  starred: 'star',
}
const alerts: readonly string[] = ['error', 'fatal', 'critical', 'severe']
const others =
  'warn warning notice info log debug trace verbose success ready start box complete note pending pause'
const words = [...alerts, ...others.split(' '), ...Object.keys(spellings)].join('|')

/** What may come before the level: names in brackets, then a process, a date and a time. */
const before = String.raw`(?:\s*\[[^\]\d][^\]]{0,60}\]\s+)*?(?:\W*\d[\d\-:.,TZ+/ ]*(?:[AP]M\b)?\W*)?`
/** As `error:` of winston, `ERROR` or `ERR` of most loggers, `[error]` of consola, and as `✖  error  ` of signale. */
const forms = [
  `(${words}):`,
  String.raw`\W?\b(${words.toUpperCase()})\b\W?:?`,
  String.raw`\[(${words})\]`,
  String.raw`(?:\[[^\]]{1,60}\] )*(?:› )?[^\s\w'"\x60.,:;/\\()[\]{}<>|#*-]\uFE0F?\s+(${words})\s`,
]
const leveled = new RegExp(`^${before}(?:${forms.join('|')})\\s*`, 'u')
/** A shortcut for most lines. */
const mayBeLeveled = new RegExp(String.raw`\b(?:${words})\b`, 'i')

/** A level stands at the beginning, and lines may be long. */
const maxHead = 120

/** Reads the level that a line begins with; `undefined` if it begins with none. */
export function readLeveled(line: string): LeveledLine | undefined {
  const beginning = line.slice(0, maxHead)
  if (!mayBeLeveled.test(beginning)) return undefined
  const [head, ...found] = leveled.exec(beginning) ?? []
  const word = found.find((part) => part !== undefined)?.toLowerCase()
  if (head === undefined || word === undefined) return undefined
  const level = spellings[word] ?? word
  return { level, isAlert: alerts.includes(level), text: withoutPlaces(line.slice(head.length)) }
}

/** tslog and zap print places and names of loggers in columns. */
function withoutPlaces(text: string): string {
  if (!text.includes('\t')) return text
  const columns = text.split('\t').map((column) => column.trim())
  return columns.filter((column) => !/^$|^[\w./@-]{1,200}:\d+$/.test(column)).join(' ')
}
