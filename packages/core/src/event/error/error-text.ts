/** `Cannot read properties of undefined (reading 'city')`, `Cannot destructure property 'city' of 'address' as it is undefined.` */
const propertyOfNothing =
  /^Cannot (?:(?:read|set) properties of (?:undefined|null) \((?:reading|setting) |destructure property )'([A-Za-z_$#][\w$]*)'/

/** Keys with many digits are values. */
function propertyIn(line: string): string | undefined {
  const property = propertyOfNothing.exec(line)?.[1]
  return property === undefined || /\d{3}/.test(property) ? undefined : property
}

/** Only the beginning of a text is searched. */
const maxLength = 400

/** What the text of an error says beside its words: all that is left of a cause that a logger printed. */
export interface TextFacts {
  /** Of a system error, as in `'ECONNREFUSED'`. */
  readonly code?: string | undefined
  /** The port that was connected to or listened on, or that stands behind an IP address or `localhost`. */
  readonly port?: number | undefined
  /** The host that has no address; labels with digits are `*`. */
  readonly host?: string | undefined
  /** The status of an HTTP answer, 400 or above. */
  readonly status?: number | undefined
  /** The property of `undefined` or `null` that was read or set. */
  readonly property?: string | undefined
}

/** `'connect ECONNREFUSED 10.0.0.1:5432'`, `'ENOENT: no such file'`. */
const leadingCode = /^(?:[a-z]{2,16} )?(E[A-Z][A-Z\d]{2,20}|EAI_[A-Z]{2,20})\b/

/** The same behind other words: `'Connection error: connect ECONNREFUSED 10.0.0.1:5432'`. */
const systemCall =
  /\b(?:connect|listen|bind|read|write|send|getaddrinfo|query[A-Z]\w{0,9}|spawn|open) (E[A-Z][A-Z\d]{2,20}|EAI_[A-Z]{2,20})\b/

/** A printed error keeps its code in the text only: `'connect ECONNREFUSED 10.0.0.1:5432'`. */
export function codeInMessage(message: string): string | undefined {
  const leading = leadingCode.exec(message)
  if (leading !== null) return leading[1]
  // A shortcut for most texts.
  if (!message.includes(' E')) return undefined
  return systemCall.exec(message.slice(0, maxLength))?.[1]
}

/** Reads the first line of an error's text. */
export function readTextFacts(message: string): TextFacts {
  const line = firstLineOf(message)
  if (line.startsWith('Cannot ')) return { property: propertyIn(line) }
  const code = codeInMessage(line)
  if (code === undefined) return { status: statusIn(line), port: portOfAddress(line) }
  const after = line.slice(line.indexOf(code) + code.length)
  return { code, port: portIn(after), host: code === 'ENOTFOUND' ? hostIn(after) : undefined }
}

function firstLineOf(message: string): string {
  const line = message.length > maxLength ? message.slice(0, maxLength) : message
  const newline = line.indexOf('\n')
  return newline < 0 ? line : line.slice(0, newline)
}

/** From here on systems give ports to clients and to servers that ask for any: they are others at each start. */
const firstEphemeralPort = 32_768

/** The port of the first address: `' 127.0.0.1:5432'`, `' ::1:5432'`, `': address already in use :::3000'`. */
function portIn(text: string): number | undefined {
  const port = Number(/:(\d{1,5})(?![\w.:])/.exec(text)?.[1])
  return port > 0 && port < firstEphemeralPort ? port : undefined
}

/** `'connection 5 to 10.0.0.1:27017 closed'`, ``Can't reach database server at `localhost:5432` ``. */
function portOfAddress(line: string): number | undefined {
  if (!line.includes(':')) return undefined
  const match = /(?:\d\.\d{1,3}|localhost`?|\]):`?(\d{2,5})(?![\w.:])/.exec(line)
  const port = Number(match?.[1])
  return port > 0 && port < firstEphemeralPort ? port : undefined
}

function hostIn(text: string): string | undefined {
  const host = /^ ([\w-]+(?:\.[\w-]+)*)/.exec(text)?.[1]
  return host?.toLowerCase().replaceAll(/[^.]*\d[^.]*/g, '*')
}

/** `'Request failed with status code 503'`, `'Response code 503 (Service Unavailable)'`, `'HTTP 503'`, `'the bank answered 503'`. */
const namedStatus =
  /\b(?:status|code|http(?:\/\d(?:\.\d)?)?|respon(?:se|ded)|answer(?:ed)?|returned)(?: with)?(?: status)?(?: code)?[ :=(]{1,3}([45]\d\d)\b/i

/** `'503 Service Unavailable'`, `'401 {"error":'`, `'[GET] "/orders": 503 Service Unavailable'`. */
const bareStatus = /(?:^|: )([45]\d\d)(?=$|:? [A-Z{"(]| status)/

function statusIn(line: string): number | undefined {
  // A shortcut for most texts, also those with longer numbers.
  if (!/(?:^|[ :=(])[45]\d\d(?!\w)/.test(line)) return undefined
  const match = namedStatus.exec(line) ?? bareStatus.exec(line)
  return match === null ? undefined : Number(match[1])
}

/** An address that a system call names. */
const calledAddress =
  /\b(?:connect|listen|bind|getaddrinfo|query[A-Z]\w{0,9}) (?:E[A-Z][A-Z\d]{2,20}|EAI_[A-Z]{2,20})\b/

/** `'connect ECONNREFUSED'` of `'connect ECONNREFUSED 10.0.0.1:5432'`: port and host are read by {@link readTextFacts}. */
export function withoutAddress(message: string): string {
  if (!message.includes(' E')) return message
  const match = calledAddress.exec(message.slice(0, maxLength))
  return match === null ? message : message.slice(0, match.index + match[0].length)
}
