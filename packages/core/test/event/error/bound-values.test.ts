import { describe, expect, test } from 'vitest'
import { describeError } from '../../../src/event/error/normalize-error.ts'
import { describeEvent } from '../../../src/event/normalize.ts'
import { createRedactor } from '../../../src/redaction/redactor.ts'

/** What none of the descriptions may have. */
const secret = 'kim@example.com'

/** An error as a driver or its library makes it, by the shapes that real ones have. */
function errorOf(name: string, message: string, properties: object = {}): Error {
  const error = Object.assign(new Error(message), properties)
  return Object.defineProperty(error, 'name', { value: name })
}

const insert = 'insert into "users" ("email", "age") values ($1, $2)'
const duplicate = 'duplicate key value violates unique constraint "users_email_key"'

const pgError = errorOf('error', duplicate, {
  severity: 'ERROR',
  code: '23505',
  detail: `Key (email)=(${secret}) already exists.`,
  table: 'users',
})

test.each<[string, Error, string]>([
  ['pg', pgError, duplicate],
  [
    'pg, a whole row',
    errorOf(
      'error',
      'null value in column "age" of relation "users" violates not-null constraint',
      {
        detail: `Failing row contains (7, ${secret}, (a), null).`,
      },
    ),
    'null value in column "age"',
  ],
  [
    'pg, a parameter',
    errorOf('error', `invalid input syntax for type uuid: "${secret}"`, {
      where: `unnamed portal parameter $1 = '${secret}'`,
    }),
    'invalid input syntax for type uuid',
  ],
  [
    'Drizzle',
    errorOf('DrizzleQueryError', `Failed query: ${insert}\nparams: ${secret},7\n8`, {
      query: insert,
      params: [secret, 7],
      cause: pgError,
    }),
    `Failed query: ${insert}`,
  ],
  [
    'TypeORM',
    errorOf('QueryFailedError', duplicate, {
      query: insert,
      parameters: [secret],
      driverError: pgError,
      detail: `Key (email)=(${secret}) already exists.`,
    }),
    duplicate,
  ],
  [
    'Sequelize',
    errorOf('SequelizeUniqueConstraintError', 'Validation error', {
      errors: [{ message: 'email must be unique', path: 'email', value: secret, instance: {} }],
      fields: { email: secret },
      sql: `INSERT INTO users (email) VALUES ('${secret}')`,
      parent: Object.assign(pgError, { sql: insert, parameters: [secret] }),
    }),
    'INSERT INTO users (email) VALUES (?)',
  ],
  [
    'mysql2',
    errorOf('Error', `Duplicate entry '${secret}' for key 'users.email'`, {
      code: 'ER_DUP_ENTRY',
      sqlMessage: `Duplicate entry '${secret}' for key 'users.email'`,
      sql: `UPDATE users SET email = '${secret}', note = 'it''s ${secret}' WHERE id = 17`,
    }),
    'UPDATE users SET email = ?, note = ? WHERE id = ?',
  ],
  [
    'knex',
    errorOf(
      'Error',
      `insert into \`users\` (\`email\`) values ('${secret}') - UNIQUE constraint failed: users.email`,
    ),
    'insert into `users` (`email`) values (?) - UNIQUE constraint failed: users.email',
  ],
  [
    'MongoDB',
    errorOf(
      'MongoServerError',
      `E11000 duplicate key error collection: shop.users index: email_1 dup key: { email: "${secret}" }`,
      {
        code: 11000,
        keyPattern: { email: 1 },
        keyValue: { email: secret },
        errorResponse: { keyValue: { email: secret }, errmsg: `dup key: { email: "${secret}" }` },
      },
    ),
    'E11000 duplicate key error collection: shop.users index: email_1 dup key',
  ],
  [
    "MongoDB's bulk writes",
    errorOf('MongoBulkWriteError', `E11000 duplicate key error dup key: { email: "${secret}" }`, {
      code: 11000,
      writeErrors: [{ err: { index: 0, op: { email: secret } } }],
      insertedDocs: [{ email: secret }],
    }),
    'E11000 duplicate key error dup key',
  ],
  [
    'SQL Server',
    errorOf(
      'RequestError',
      `Violation of UNIQUE KEY constraint 'u'. The duplicate key value is (${secret}).`,
    ),
    "Violation of UNIQUE KEY constraint 'u'. The duplicate key value is",
  ],
  [
    'Prisma',
    errorOf(
      'PrismaClientValidationError',
      `\nInvalid \`prisma.user.create()\` invocation:\n\n{\n  data: {\n    email: "${secret}",\n    age: 7\n  }\n}\n\nUnknown argument \`agee\`.`,
      { clientVersion: '6.0.0' },
    ),
    'Unknown argument `agee`.',
  ],
])('shows the statement of %s without its values', (_name, error, shown) => {
  const description = JSON.stringify(describeError(error))

  expect(description).not.toContain(secret)
  expect(description).toContain(JSON.stringify(shown).slice(1, -1))
})

test('hides them in the message of the record, too', () => {
  const message = `Failed query: ${insert}\nparams: ${secret}`
  const record = { level: 'error', time: 0, message, fields: {}, error: new Error(message) }

  const event = describeEvent(record, { redactor: createRedactor(), trustProxy: false })

  expect(event.message).toBe(`Failed query: ${insert}\nparams: [redacted]`)
})

describe('leaves other texts as they are', () => {
  test.each([
    'Please select a seat from the list',
    "Cannot update 'settings' while 3 jobs run",
    'params: 1, 2',
    "user 'kim' has 17 orders",
  ])('%s', (message) => {
    expect(describeError(new Error(message)).message).toBe(message)
  })

  test('and parameters of errors that come from no database', () => {
    const error = Object.assign(new Error('x'), { params: { id: 17 }, value: 3 })

    expect(describeError(error).properties).toEqual({ params: { id: 17 }, value: 3 })
  })
})
