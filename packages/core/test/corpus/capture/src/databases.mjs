import { drizzle } from 'drizzle-orm/node-postgres'
import { sql } from 'drizzle-orm'
import knexFactory from 'knex'
import mongoose from 'mongoose'
import { MongoClient, ObjectId } from 'mongodb'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { DataTypes, Sequelize } from 'sequelize'
import { DataSource, EntitySchema } from 'typeorm'
import { scenario, secret } from '../scenario.mjs'

async function chargeWithPg({ pgUrl }, statement, values) {
  const client = new pg.Client({ connectionString: pgUrl })
  await client.connect()
  try {
    return await client.query(statement, values)
  } finally {
    await client.end()
  }
}

async function withKnex({ pgUrl }, use) {
  const knex = knexFactory({ client: 'pg', connection: pgUrl, pool: { min: 0, max: 1 } })
  try {
    return await use(knex)
  } finally {
    await knex.destroy()
  }
}

async function withSequelize({ pgUrl }, use) {
  const sequelize = new Sequelize(pgUrl, { logging: false, dialect: 'postgres' })
  const Customer = sequelize.define(
    'customer',
    {
      id: { type: DataTypes.INTEGER, primaryKey: true },
      email: {
        type: DataTypes.STRING,
        allowNull: false,
        unique: true,
        validate: { isEmail: true },
      },
      age: DataTypes.INTEGER,
    },
    { tableName: 'customers', timestamps: false },
  )
  try {
    return await use({ sequelize, Customer })
  } finally {
    await sequelize.close()
  }
}

async function withTypeorm({ pgUrl }, use) {
  const Customer = new EntitySchema({
    name: 'Customer',
    tableName: 'customers',
    columns: {
      id: { type: Number, primary: true },
      email: { type: String },
      age: { type: Number, nullable: true },
    },
  })
  const source = new DataSource({ type: 'postgres', url: pgUrl, entities: [Customer] })
  await source.initialize()
  try {
    return await use(source.getRepository(Customer))
  } finally {
    await source.destroy()
  }
}

const Customer = mongoose.model(
  'Customer',
  new mongoose.Schema({
    email: { type: String, required: true, match: /@/ },
    age: { type: Number, min: 0 },
    password: { type: String, minlength: 20 },
  }),
)

export default [
  scenario('pg/unique-violation', { must: ['23505', 'customers_email_key'] }, (context) =>
    chargeWithPg(context, 'insert into customers values ($1, $2, $3)', [2, 'ann@shop.example', 3]),
  ),
  scenario('pg/foreign-key-violation', { must: ['23503'] }, (context) =>
    chargeWithPg(context, 'insert into orders values (1, 99)'),
  ),
  scenario('pg/check-violation', { must: ['23514'] }, (context) =>
    chargeWithPg(context, "insert into customers values (3, 'bob@shop.example', -1)"),
  ),
  scenario('pg/not-null-violation', { must: ['23502'] }, (context) =>
    chargeWithPg(context, 'insert into customers (id) values (4)'),
  ),
  scenario(
    'pg/undefined-table',
    { must: ['42P01', 'relation "order" does not exist'] },
    (context) => chargeWithPg(context, 'select * from "order"'),
  ),
  scenario('pg/undefined-column', { must: ['42703'] }, (context) =>
    chargeWithPg(context, 'select phone from customers'),
  ),
  scenario('pg/syntax-error', { must: ['42601'] }, (context) =>
    chargeWithPg(context, 'selec * from customers'),
  ),
  scenario('pg/invalid-text', { must: ['22P02'] }, (context) =>
    chargeWithPg(context, "select 'x'::int"),
  ),
  scenario('pg/division-by-zero', { must: ['22012'] }, (context) =>
    chargeWithPg(context, 'select 1 / 0'),
  ),
  scenario('pg/connection-refused', { must: ['ECONNREFUSED'] }, ({ closed }) =>
    chargeWithPg({ pgUrl: `postgres://app:${secret}@127.0.0.1:${closed}/shop` }, 'select 1'),
  ),
  scenario('pg/connection-terminated', { must: [] }, ({ resetting }) =>
    chargeWithPg({ pgUrl: `postgres://app:${secret}@127.0.0.1:${resetting}/shop` }, 'select 1'),
  ),
  scenario('pg/bad-greeting', {}, ({ garbage }) =>
    chargeWithPg({ pgUrl: `postgres://app:${secret}@127.0.0.1:${garbage}/shop` }, 'select 1'),
  ),
  scenario('knex/unique-violation', { must: ['23505'] }, (context) =>
    withKnex(context, (knex) => knex('customers').insert({ id: 2, email: 'ann@shop.example' })),
  ),
  scenario('knex/undefined-table', { must: ['42P01'] }, (context) =>
    withKnex(context, (knex) => knex('invoices').first()),
  ),
  scenario('knex/undefined-binding', {}, (context) =>
    withKnex(context, (knex) => knex('customers').where({ id: undefined }).first()),
  ),
  scenario('knex/rollback', { must: ['rolled back by hand'] }, (context) =>
    withKnex(context, (knex) =>
      knex.transaction(async () => {
        throw new Error('rolled back by hand')
      }),
    ),
  ),
  scenario('sequelize/unique-constraint', { must: ['SequelizeUniqueConstraintError'] }, (context) =>
    withSequelize(context, ({ Customer }) => Customer.create({ id: 2, email: 'ann@shop.example' })),
  ),
  scenario('sequelize/validation', { must: ['SequelizeValidationError', 'isEmail'] }, (context) =>
    withSequelize(context, ({ Customer }) => Customer.create({ id: 3, email: 'nobody' })),
  ),
  scenario('sequelize/database-error', { must: ['SequelizeDatabaseError', '42P01'] }, (context) =>
    withSequelize(context, ({ sequelize }) => sequelize.query('select * from invoices')),
  ),
  scenario(
    'sequelize/connection-refused',
    { must: ['SequelizeConnectionRefusedError', 'ECONNREFUSED'] },
    ({ closed }) =>
      withSequelize(
        { pgUrl: `postgres://app:${secret}@127.0.0.1:${closed}/shop` },
        ({ sequelize }) => sequelize.authenticate(),
      ),
  ),
  scenario('typeorm/query-failed', { must: ['QueryFailedError', '23505'] }, (context) =>
    withTypeorm(context, (repository) => repository.insert({ id: 2, email: 'ann@shop.example' })),
  ),
  scenario('typeorm/entity-not-found', { must: ['EntityNotFoundError'] }, (context) =>
    withTypeorm(context, (repository) => repository.findOneByOrFail({ id: 99 })),
  ),
  scenario('typeorm/connection-refused', { must: ['ECONNREFUSED'] }, ({ closed }) =>
    withTypeorm({ pgUrl: `postgres://app:${secret}@127.0.0.1:${closed}/shop` }, () => undefined),
  ),
  scenario(
    'drizzle/unique-violation',
    { must: ['Failed query: insert into customers'] },
    async (context) => {
      const pool = new pg.Pool({ connectionString: context.pgUrl })
      try {
        await drizzle(pool).execute(sql`insert into customers values (2, ${'ann@shop.example'}, 3)`)
      } finally {
        await pool.end()
      }
    },
  ),
  scenario('mysql2/connection-refused', { must: ['ECONNREFUSED'] }, ({ closed }) =>
    mysql.createConnection({ host: '127.0.0.1', port: closed, user: 'app', password: secret }),
  ),
  scenario('mysql2/bad-greeting', {}, ({ resetting }) =>
    mysql.createConnection({ host: '127.0.0.1', port: resetting, user: 'app', password: secret }),
  ),
  scenario('mysql2/connect-timeout', { must: ['ETIMEDOUT'] }, ({ silent }) =>
    mysql.createConnection({
      host: '127.0.0.1',
      port: silent,
      user: 'app',
      password: secret,
      connectTimeout: 100,
    }),
  ),
  scenario(
    'mongodb/server-selection',
    { must: ['MongoServerSelectionError', 'ECONNREFUSED'] },
    async ({ closed }) => {
      const client = new MongoClient(`mongodb://app:${secret}@127.0.0.1:${closed}`, {
        serverSelectionTimeoutMS: 200,
      })
      try {
        await client.db('shop').collection('orders').findOne()
      } finally {
        await client.close()
      }
    },
  ),
  scenario(
    'mongodb/invalid-uri',
    { must: ['MongoParseError'] },
    () => new MongoClient(`mongo://app:${secret}@127.0.0.1`),
  ),
  scenario('mongodb/invalid-object-id', { must: ['BSONError'] }, () => new ObjectId('order-17')),
  scenario('mongoose/validation', { must: ['ValidationError', '`email` is required'] }, () =>
    new Customer({ age: -1 }).validate(),
  ),
  scenario('mongoose/validation-of-password', { must: ['ValidationError'] }, () =>
    new Customer({ email: 'ann@shop.example', password: secret }).validate(),
  ),
  scenario('mongoose/cast', { must: ['ValidationError', 'Cast to Number failed'] }, () =>
    new Customer({ email: 'a@b', age: 'old' }).validate(),
  ),
  scenario('mongoose/cast-id', { must: ['CastError', 'Cast to ObjectId failed'] }, () =>
    Customer.findById('order-17').exec(),
  ),
  scenario('mongoose/overwrite-model', { must: ['OverwriteModelError'] }, () =>
    mongoose.model('Customer', new mongoose.Schema({})),
  ),
]
