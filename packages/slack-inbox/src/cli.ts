#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { startInbox } from './inbox.ts'

const { values } = parseArgs({ options: { port: { type: 'string', default: '3333' } } })
const port = Number(values.port)

async function main(): Promise<void> {
  const inbox = await startInbox({ port })
  process.stdout.write(
    `Slack inbox\n  API      ${inbox.apiUrl}\n  Webhook  ${inbox.webhookUrl}\n  Page     ${inbox.pageUrl}\n`,
  )
}

void main()
