import * as common from '@nestjs/common'
import * as core from '@nestjs/core'
import { HealthCheckService, TerminusModule } from '@nestjs/terminus'
import cors from 'cors'
import express from 'express'
import { expressjwt } from 'express-jwt'
import jwt from 'jsonwebtoken'
import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { exceptionHandler } from '../src/express.ts'
import { listen } from './conformance/service.ts'
import { createLog, decorate, runNest } from './support/run-nest.ts'

/** As cors' documentation shows it. */
const origin: cors.CorsOptions['origin'] = (from, allow) => {
  if (from === undefined) allow(null, true)
  else allow(new Error('Not allowed by CORS'))
}

test('an origin that cors refuses gets a 403, and the user of express-jwt is logged', async () => {
  const { logger, lines } = createLog()
  const app = express()
  app.use(expressjwt({ secret: 'k', algorithms: ['HS256'] }), cors({ origin }))
  app.use(exceptionHandler({ logger }))
  const { url, close } = await listen(createServer(app))
  const ask = async (token: string): Promise<unknown> => {
    const headers = { origin: 'https://evil.example', authorization: `Bearer ${token}` }
    const response = await fetch(url, { headers })
    return [response.status, await response.json()]
  }

  const refused = await ask(jwt.sign({ sub: '17', email: 'kim@example.com' }, 'k'))
  const unknown = await ask('x')
  await close()

  expect(refused).toEqual([403, { message: 'You do not have permission.', errors: [] }])
  expect(unknown).toEqual([
    401,
    { message: 'Please check your account id and password.', errors: [] },
  ])
  expect(lines).toMatchObject([
    { request: { user: { id: '17', email: 'kim@example.com' } } },
    { status: 401 },
  ])
})

test('a health check of Nest names what is down', async () => {
  class Health {
    declare readonly health: HealthCheckService
    check(): Promise<unknown> {
      return this.health.check([() => ({ database: { status: 'down', address: '10.0.0.7' } })])
    }
  }
  common.Inject(HealthCheckService)(Health.prototype, 'health')
  decorate(Health, 'check', common.Get('/health'))
  common.Controller()(Health)
  const imports = [TerminusModule.forRoot({ logger: false })]
  await using service = await runNest({ common, core }, { controllers: [Health], imports })

  const response = await fetch(`${service.url}/health`)

  expect([response.status, await response.json()]).toEqual([
    503,
    {
      message: 'The service is unavailable. Please try again later.',
      errors: [{ field: 'database', reason: 'down' }],
    },
  ])
})
