import { isObject, type Json, type JsonObject } from '../json.ts'
import { text } from '../web-api/arguments.ts'
import { countCharacters } from '../validate/limits.ts'

/** Why Discord refuses a message: its code and its message. */
export interface DiscordError {
  readonly status: number
  readonly code: number
  readonly message: string
  /** What is wrong with an invalid form, by field. */
  readonly errors?: JsonObject
}

/** What a message is checked for. */
export interface MessageKind {
  readonly isEdit: boolean
  readonly files: number
}

const userFlags = (1 << 2) | (1 << 12)
const editFlags = 1 << 2

/**
 * Checks a message as strictly as Discord does.
 *
 * @see https://docs.discord.com/developers/resources/message#embed-object-embed-limits
 */
export function messageError(body: JsonObject, kind: MessageKind): DiscordError | undefined {
  for (const problem of problemsOf(body, kind)) return invalidForm(problem)
  const embeds = listOf(body['embeds'])
  const hasContent = typeof body['content'] === 'string' && body['content'].trim() !== ''
  const isEmpty = !hasContent && !embeds.some(hasText) && kind.files === 0
  if (isEmpty && !(kind.isEdit && body['embeds'] === undefined))
    return { status: 400, code: 50006, message: 'Cannot send an empty message' }
  return undefined
}

/**
 * Discord lists what is wrong by field; the first one is enough here.
 *
 * @param problem the field, a colon and what is wrong, which starts with a code
 */
export function invalidForm(problem: string): DiscordError {
  const [, path = '', message = ''] = /^(.*?): (.*)$/.exec(problem) ?? []
  const leaf: JsonObject = { _errors: [{ code: message.split(' ')[0] ?? '', message }] }
  const errors = path.split('.').reduceRight((inner, name) => ({ [name]: inner }), leaf)
  return { status: 400, code: 50035, message: 'Invalid Form Body', errors }
}

function* problemsOf(body: JsonObject, { isEdit, files }: MessageKind): Generator<string> {
  yield* textProblems(body, 'content', { max: 2000 })
  yield* textProblems(body, 'username', { min: 1, max: 80 })
  if (/discord|clyde/i.test(text(body, 'username'))) yield 'username: USERNAME_INVALID_CONTAINS'
  yield* textProblems(body, 'thread_name', { min: 1, max: 100 })
  yield* textProblems(body, 'nonce', { max: 25 })
  yield* flagProblems(body['flags'], isEdit ? editFlags : userFlags)
  yield* mentionProblems(body['allowed_mentions'])
  yield* embedsProblems(body['embeds'])
  const attachments = listOf(body['attachments'])
  const isUnknown = (each: JsonObject): boolean => !(Number(each['id']) < files) && !isEdit
  if (attachments.some(isUnknown)) yield 'attachments: an id without a file'
}

interface Bounds {
  readonly min?: number
  readonly max: number
}

function* textProblems(
  object: JsonObject,
  name: string,
  { min = 0, max }: Bounds,
): Generator<string> {
  const value = object[name]
  if (value === undefined || value === null) return
  if (typeof value !== 'string') {
    yield `${name}: STRING_TYPE_CONVERT`
    return
  }
  if (/\p{Surrogate}/u.test(value)) yield `${name}: invalid unicode`
  const length = countCharacters(value)
  if (length > max || (min > 0 && value.trim() === ''))
    yield `${name}: BASE_TYPE_BAD_LENGTH ${min} to ${max}, got ${length}`
}

function* flagProblems(given: Json | undefined, allowed: number): Generator<string> {
  if (given === undefined || given === null) return
  if (typeof given !== 'number' || (given & ~allowed) !== 0) yield 'flags: cannot be set'
}

const maxMentions = 100

function* mentionProblems(given: Json | undefined): Generator<string> {
  if (given === undefined || given === null) return
  if (!isObject(given)) {
    yield 'allowed_mentions: MODEL_TYPE_CONVERT'
    return
  }
  const { parse = [], users, roles } = given
  if (
    !Array.isArray(parse) ||
    !parse.every((kind) => ['users', 'roles', 'everyone'].includes(String(kind)))
  )
    yield 'allowed_mentions.parse: BASE_TYPE_CHOICES'
  for (const [name, ids] of Object.entries({ users, roles })) {
    if (ids === undefined || ids === null) continue
    const isList = Array.isArray(ids) && ids.length <= maxMentions
    if (!isList || !ids.every((id) => /^\d{15,20}$/.test(String(id))))
      yield `allowed_mentions.${name}: NUMBER_TYPE_COERCE`
    if (Array.isArray(parse) && parse.includes(name))
      yield `allowed_mentions.${name}: MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE`
  }
}

const maxEmbeds = 10
const maxFields = 25
const maxTotal = 6000

function* embedsProblems(given: Json | undefined): Generator<string> {
  if (given === undefined || given === null) return
  if (!Array.isArray(given) || given.length > maxEmbeds || !given.every(isObject)) {
    yield `embeds: BASE_TYPE_MAX_LENGTH ${maxEmbeds}`
    return
  }
  const embeds: readonly JsonObject[] = given
  for (const embed of embeds) yield* embedProblems(embed)
  const total = embeds.reduce((sum, embed) => sum + charactersOf(embed), 0)
  if (total > maxTotal) yield `embeds: MAX_EMBED_SIZE_EXCEEDED ${maxTotal}, got ${total}`
}

function* embedProblems(embed: JsonObject): Generator<string> {
  yield* textProblems(embed, 'title', { max: 256 })
  yield* textProblems(embed, 'description', { max: 4096 })
  yield* textProblems(objectIn(embed, 'footer'), 'text', { min: 1, max: 2048 })
  yield* textProblems(objectIn(embed, 'author'), 'name', { min: 1, max: 256 })
  const { color, url, fields } = embed
  if (
    color !== undefined &&
    !(Number.isInteger(color) && Number(color) >= 0 && Number(color) <= 0xffffff)
  )
    yield 'embeds.color: NUMBER_TYPE_MAX'
  if (url !== undefined && !/^https?:\/\//.test(text(embed, 'url')))
    yield 'embeds.url: URL_TYPE_INVALID_SCHEME'
  if (fields === undefined) return
  if (!Array.isArray(fields) || fields.length > maxFields)
    yield `embeds.fields: BASE_TYPE_MAX_LENGTH ${maxFields}`
  for (const field of listOf(fields)) {
    if (typeof field['name'] !== 'string' || typeof field['value'] !== 'string')
      yield 'embeds.fields: BASE_TYPE_REQUIRED'
    yield* textProblems(field, 'name', { min: 1, max: 256 })
    yield* textProblems(field, 'value', { min: 1, max: 1024 })
  }
}

function hasText(embed: JsonObject): boolean {
  return charactersOf(embed) > 0 || embed['image'] !== undefined || embed['thumbnail'] !== undefined
}

/** The characters that count towards the limit of a message. */
function charactersOf(embed: JsonObject): number {
  const fields = listOf(embed['fields']).flatMap(({ name, value }) => [name, value])
  const texts = [
    embed['title'],
    embed['description'],
    objectIn(embed, 'footer')['text'],
    objectIn(embed, 'author')['name'],
    ...fields,
  ]
  return texts.reduce<number>(
    (sum, each) => sum + (typeof each === 'string' ? countCharacters(each.trim()) : 0),
    0,
  )
}

function objectIn(object: JsonObject, name: string): JsonObject {
  const value = object[name]
  return isObject(value) ? value : {}
}

/** The objects of a list. */
export function listOf(value: Json | undefined): readonly JsonObject[] {
  const items: readonly Json[] = Array.isArray(value) ? value : []
  return items.filter((item) => isObject(item))
}
