import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { createSlackSink } from '@slack-logger/core'
import { createDestination, discordDestination, type DiscordOptions } from '../src/index.ts'
import { startInbox } from '@slack-logger/slack-inbox'
import { afterEach, describe, expect, test, vi } from 'vitest'

afterEach(() => vi.unstubAllEnvs())

const webhookUrl = 'https://discord.com/api/webhooks/123456789012345678/a-token_of-the-webhook'
const apiUrl = 'https://discord.com/api/v10'
const channel = '223456789012345678'

describe('where messages go', () => {
  test.each<[string, DiscordOptions, Record<string, string>, object]>([
    [
      'a webhook',
      { webhookUrl },
      {},
      {
        address: 'https://discord.com/api/webhooks/123456789012345678',
        can: { threads: false, links: true },
      },
    ],
    [
      'a webhook with a version of the API',
      { webhookUrl: webhookUrl.replace('/api/', '/api/v9/') },
      {},
      { address: 'https://discord.com/api/webhooks/123456789012345678' },
    ],
    [
      'a webhook of a variable',
      {},
      { DISCORD_WEBHOOK_URL: webhookUrl },
      { can: { threads: false } },
    ],
    [
      'a webhook, although a variable has a bot',
      { webhookUrl },
      { DISCORD_BOT_TOKEN: 'b' },
      { can: { threads: false } },
    ],
    [
      'a webhook of a forum',
      { webhookUrl, forum: true },
      {},
      { can: { threads: true, files: true } },
    ],
    [
      'a bot',
      { botToken: 'b', channel },
      {},
      { address: `${apiUrl}/channels/${channel}`, can: { threads: true } },
    ],
    [
      'a bot, although a variable has a webhook',
      { botToken: 'b', channel },
      { DISCORD_WEBHOOK_URL: webhookUrl },
      { can: { threads: true } },
    ],
    [
      'a bot of variables',
      {},
      { DISCORD_BOT_TOKEN: 'b', DISCORD_CHANNEL_ID: channel },
      { can: { threads: true } },
    ],
    [
      'nowhere',
      { webhookUrl: '', botToken: undefined },
      {},
      { unset: 'neither DISCORD_WEBHOOK_URL nor DISCORD_BOT_TOKEN is set' },
    ],
  ])('%s', (_, options, variables, destination) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)

    expect(discordDestination(options)).toMatchObject(destination)
  })

  test.each<[DiscordOptions, RegExp]>([
    [{ webhookUrl, botToken: 'b' }, /^Expected either `webhookUrl` or `botToken`, got both$/],
    [{ webhookUrl: `${webhookUrl}?thread_id=1` }, /got one with a `thread_id`$/],
    [
      { webhookUrl: 'https://discord.com/api/webhooks/1' },
      /^Expected `webhookUrl` \(or DISCORD_WEBHOOK_URL\) to be the address of a web/,
    ],
    [
      { webhookUrl: webhookUrl.replace('https', 'http') },
      /^Expected `webhookUrl` to be an https: address/,
    ],
    [
      { webhookUrl: `${webhookUrl}/slack` },
      /^Expected `webhookUrl` \(or DISCORD_WEBHOOK_URL\) to be the address of a webhook/,
    ],
    [
      { botToken: 'b' },
      /^Expected `channel` \(or DISCORD_CHANNEL_ID\) to be the id of a channel beside `botToken`, got nothing$/,
    ],
    [{ botToken: 'b', channel: '#alerts' }, /got '#alerts'$/],
    [{ botToken: 'a b', channel }, /^Expected `botToken` to be a token without spaces$/],
    [
      { webhookUrl, forum: { tags: { open: '1' } as never } },
      /^Expected `forum.tags` to have active, quiet/,
    ],
    [
      { webhookUrl, forum: { tags: { active: 'red' } } },
      /^Expected `forum.tags.active` to be the id of a tag/,
    ],
    [
      { webhookURL: webhookUrl } as never,
      /^Expected an option of Discord \(webhookUrl, .*got `webhookURL`$/,
    ],
    [{ webhookUrl: 5 as never }, /^Expected `webhookUrl` to be a string, got a number$/],
  ])('%j is a wrong option, in a sentence without a secret', (options, message) => {
    expect(() => discordDestination(options)).toThrow(message)
    expect(() => discordDestination(options)).not.toThrow(/a-token_of-the-webhook/)
  })

  test('a worker makes the destination by another name', () => {
    expect(createDestination({ webhookUrl }).name).toBe('Discord')
  })
})

describe('a sink', () => {
  test('without an address keeps nothing, and says so', async () => {
    const lines: string[] = []
    const environment = { variables: {}, writeStderr: (line: string) => void lines.push(line) }
    const sink = createSlackSink({ destination: discordDestination() }, environment)
    sink.write({ level: 'error', time: 0, message: 'no stock', fields: {} })
    await sink.close()

    expect(lines).toEqual([
      '[slack-logger] nothing is sent: neither DISCORD_WEBHOOK_URL nor DISCORD_BOT_TOKEN is set',
    ])
  })

  test('sends through its own `fetch`', async () => {
    await using inbox = await startInbox({ discord: true, listen: false })
    const destination = discordDestination({ webhookUrl: inbox.discord.webhookUrl })
    const sink = createSlackSink(
      { destination, fetch: inbox.fetch, spoolDir: false },
      { variables: {} },
    )
    sink.write({ level: 'error', time: 0, message: 'no stock', fields: {} })
    await sink.close()

    expect(inbox.messages()).toHaveLength(1)
  })

  test('sends through its `proxy`', async () => {
    await using inbox = await startInbox({ discord: true })
    let tunnels = 0
    const proxy = createServer().on('connect', (request, client) => {
      tunnels += 1
      const { hostname, port } = new URL(`http://${request.url}`)
      const server = connect(Number(port), hostname, () => {
        client.write('HTTP/1.1 200 Connected\r\n\r\n')
        server.pipe(client).pipe(server)
      })
    })
    await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve))
    const { port } = proxy.address() as AddressInfo
    const destination = discordDestination({ webhookUrl: inbox.discord.webhookUrl })
    const options = { destination, proxy: `http://127.0.0.1:${port}`, spoolDir: false } as const
    const sink = createSlackSink(options, { variables: {} })
    sink.write({ level: 'error', time: 0, message: 'no stock', fields: {} })
    await sink.close()
    proxy.close()

    expect(tunnels).toBe(1)
    expect(inbox.messages()).toHaveLength(1)
  })
})

test('a route has no channel of its own with a webhook, and has with a bot', () => {
  const routes = [{ when: { level: 'fatal' }, channel: '323456789012345678' }]
  const environment = { variables: {} }

  expect(() =>
    createSlackSink({ destination: discordDestination({ webhookUrl }), routes }, environment),
  ).toThrow('Expected `routes[0].channel` to be left out with a webhook')
  const bot = discordDestination({ botToken: 'b', channel })
  expect(() =>
    createSlackSink({ destination: bot, routes, enabled: false }, environment),
  ).not.toThrow()
})
