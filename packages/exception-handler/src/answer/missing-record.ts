import { isTagged, readProperty, readText } from '../read-safely.ts'

/** How an object mapper says that a record does not exist. */
interface MissingRecord {
  readonly names?: readonly string[]
  readonly codes?: readonly (string | number)[]
  /** Texts that the mapper wrote itself: they tell of tables and keys, not of what the client did. */
  readonly standardText: RegExp
}

const always = /(?:)/

const missingRecords: readonly MissingRecord[] = [
  // Prisma
  { codes: ['P2001', 'P2015', 'P2018', 'P2025'], standardText: always },
  // TypeORM
  { names: ['EntityNotFoundError', 'EntityNotFound'], standardText: always },
  // Sequelize
  { names: ['SequelizeEmptyResultError', 'EmptyResultError'], standardText: /^$/ },
  // Mongoose
  { names: ['DocumentNotFoundError'], standardText: /^No document found for query / },
  // MikroORM, Objection, Slonik
  {
    names: ['NotFoundError'],
    standardText: /^(?:\S+ not found \(|NotFoundError$|Resource not found\.?$)/,
  },
  // Kysely
  { names: ['NoResultError'], standardText: /^no result$/ },
  // Lucid
  { codes: ['E_ROW_NOT_FOUND'], standardText: always },
  // Bookshelf
  { names: ['EmptyError'], standardText: /^EmptyResponse$/ },
  // Services that came from Django
  { names: ['ObjectDoesNotExist', 'DoesNotExist'], standardText: /matching query does not exist/ },
]

/** True for an error by which an object mapper says that a record does not exist. */
export function isMissingRecord(error: unknown): boolean {
  return findMissingRecord(error) !== undefined
}

/** True if the mapper, and not the service, wrote the text of its error. */
export function isMapperText(error: unknown, message: string): boolean {
  return findMissingRecord(error)?.standardText.test(message) === true
}

function findMissingRecord(error: unknown): MissingRecord | undefined {
  if (isTagged(error, 'DOMException')) return undefined
  const name = readText(error, 'name') ?? ''
  const className = readText(readProperty(error, 'constructor'), 'name') ?? ''
  const code = readProperty(error, 'code')
  return missingRecords.find(
    ({ names, codes }) =>
      names?.includes(name) === true ||
      names?.includes(className) === true ||
      codes?.some((known) => known === code) === true,
  )
}
