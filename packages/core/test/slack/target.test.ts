import { expect, test } from 'vitest'
import type { ActiveTarget } from '../../src/options/target.ts'
import { startNotice, takesBlocks } from '../../src/slack/create-destination.ts'

const webhook = (url: string, format?: 'blocks' | 'plain'): ActiveTarget => ({
  kind: 'webhook',
  url,
  format,
})

const webApi = (slackApiUrl: string): ActiveTarget => ({
  kind: 'webApi',
  token: 'xoxb-1',
  channel: 'C1',
  slackApiUrl,
  identity: {},
})

test.each([
  ['the Web API', webApi('https://slack.com/api/'), true],
  ["Slack's webhook", webhook('https://hooks.slack.com/services/x'), true],
  ['a webhook on this machine', webhook('http://127.0.0.1:8484/services/x'), true],
  ['another webhook', webhook('https://chat.example/hooks/x'), false],
  ['another webhook with blocks', webhook('https://chat.example/hooks/x', 'blocks'), true],
  ["Slack's webhook without blocks", webhook('https://hooks.slack.com/x', 'plain'), false],
])('whether %s takes blocks', (_what, target, takes) => {
  expect(takesBlocks(target)).toBe(takes)
})

test.each([
  ['https://slack.com/api/', undefined],
  ['https://slack-gov.com/api/', undefined],
  ['http://localhost:8484/api/', undefined],
  ['https://slack.example/api/', 'sending to https://slack.example/api/, which is not Slack'],
  ['https://notslack.com/api/', 'sending to https://notslack.com/api/, which is not Slack'],
])('the notice at the start about %s', (slackApiUrl, notice) => {
  expect(startNotice(webApi(slackApiUrl), { openNow: true })).toBe(notice)
})
