import { expect, test } from 'vitest'
import type { LogEvent } from '../../src/event/log-event.ts'
import { buildRoot } from '../../src/notification/root.ts'
import { buildState } from '../../src/notification/state.ts'
import type { SlackMessage } from '../../src/slack/message.ts'
import { createSlackRenderer, type SlackRendererOptions } from '../../src/slack/renderer.ts'
import { orderEvent, repeatedOrder, settings, time } from '../notification/samples.ts'
import { render } from './blocks/render.ts'

const root = buildRoot(repeatedOrder, settings)

function rendererWith(formatter: unknown) {
  const errors: unknown[] = []
  const renderer = createSlackRenderer({
    profile: 'blocks',
    formatter: formatter as SlackRendererOptions['formatter'],
    onFormatterError: (error) => errors.push(error),
  })
  return { renderer, errors }
}

test("a formatter's message replaces the root", () => {
  const { renderer } = rendererWith((message: SlackMessage, event: LogEvent) => ({
    text: `${message.text} · ${event.requestId ?? event.traceId}`,
  }))

  expect(renderer(root, 'full')).toEqual({
    text: `${render(root).text} · ${orderEvent.traceId}`,
  })
})

test('a formatter that returns false skips the message', () => {
  expect(rendererWith(() => false).renderer(root, 'full')).toBeUndefined()
})

test('a formatter that fails is reported, and the message is sent as it was', () => {
  const { renderer, errors } = rendererWith(() => {
    throw new Error('no runbook')
  })

  expect(renderer(root, 'full')).toEqual(render(root))
  expect(errors).toEqual([new Error('no runbook')])
})

test.each([undefined, null, true, {}, { text: 1 }, { text: '', blocks: [] }])(
  'a formatter that returns %o, which is no message, is reported',
  (returned) => {
    const { renderer, errors } = rendererWith(() => returned)

    expect(renderer(root, 'full')).toEqual(render(root))
    expect(errors).toEqual([new TypeError('Expected `formatter` to return a message or false')])
  },
)

test.each(['minimal', 'text'] as const)(
  'a formatter has no part in a message for %s, since it may be why Slack refused the full one',
  (detail) => {
    const { renderer } = rendererWith(() => false)

    expect(renderer(root, detail)).toEqual(render(root, { detail }))
  },
)

test('a formatter has no part in other notifications', () => {
  const options = { isBroadcast: true, mentions: [] }
  const state = buildState(repeatedOrder, { kind: 'count', at: time }, options, settings)

  expect(rendererWith(() => false).renderer(state, 'full')).toEqual(render(state))
})
