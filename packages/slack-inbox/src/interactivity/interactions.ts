import { randomBytes } from 'node:crypto'
import { isObject, type JsonObject } from '../json.ts'
import type { Slack } from '../slack.ts'
import { wireMessage } from '../web-api/wire-message.ts'
import type { InboxMessage } from '../workspace/message.ts'
import { app, team, type User, verificationToken } from '../workspace/workspace.ts'
import { type Delivery, postPayload } from './delivery.ts'
import { type InteractiveElement, interactiveElements, optionsOf } from './elements.ts'
import { memberOf, messageWith } from './people.ts'

/** A use of a button or a menu, and what the app did with it. */
export interface Interaction {
  /** When it happened, in milliseconds since 1970 on the inbox's clock. */
  readonly at: number
  /** The id of the user. */
  readonly user: string
  readonly channel: string
  /** The message. */
  readonly ts: string
  readonly blockId: string
  readonly actionId: string
  /** The value of the button or of the chosen option. */
  readonly value: string | undefined
  /** The `block_actions` payload that was sent. */
  readonly payload: JsonObject
  /** How it was sent last, and Slack's error code if the app did not acknowledge; undefined while the inbox waits. */
  delivery: (Delivery & { readonly tookMs: number }) | undefined
}

/** What a person uses. */
export interface Click {
  readonly ts: string
  readonly actionId: string
  /** Needed if several blocks have an element with the same action id. */
  readonly blockId?: string | undefined
  /** A user's id or name. */
  readonly user: string
  /** The value of the option to choose in a menu. */
  readonly value?: string | undefined
}

const maxInteractions = 200

/** The latest interactions, oldest first. */
export class Interactions {
  readonly #latest: Interaction[] = []

  get latest(): readonly Interaction[] {
    return this.#latest
  }

  add(interaction: Interaction): void {
    this.#latest.push(interaction)
    if (this.#latest.length > maxInteractions) this.#latest.shift()
  }

  clear(): void {
    this.#latest.length = 0
  }
}

/**
 * Uses a button or chooses an option of a menu, and waits until the app acknowledges or Slack gives up.
 *
 * @throws TypeError if the message has no such element, or the person cannot use it
 */
export async function click(slack: Slack, given: Click): Promise<Interaction> {
  const message = messageWith(slack, given.ts)
  const user = memberOf(slack, message, given.user)
  if (message.onlyFor !== undefined && message.onlyFor !== user.id)
    throw new TypeError(`Expected \`user\` to be ${message.onlyFor}, who alone sees the message`)
  const found = findElement(message, given)
  const action = actionOf(found, given.value)
  const at = slack.clock.now()
  const { blockId, actionId } = found
  const interaction: Interaction = {
    at,
    user: user.id,
    channel: message.channel,
    ts: message.ts,
    blockId,
    actionId,
    value: valueOf(action),
    payload: payloadOf(slack, { message, user, found, action }),
    delivery: undefined,
  }
  slack.interactions.add(interaction)
  await deliver(slack, interaction)
  return interaction
}

/** Sends an interaction to the app: the first time, or once more. */
export async function deliver(slack: Slack, interaction: Interaction): Promise<void> {
  const at = slack.clock.now()
  const delivery = await send(slack, interaction.payload)
  interaction.delivery = { ...delivery, tookMs: slack.clock.now() - at }
}

/** An app with an open connection gets everything over it; the request URL is for apps without Socket Mode. */
function send(slack: Slack, payload: JsonObject): Delivery | Promise<Delivery> {
  const { socketMode, interactivity, clock } = slack
  // While the app connects again, it still is one with Socket Mode.
  const isUsed = interactivity === undefined && socketMode.isUsed
  if (isUsed || socketMode.size > 0) return socketMode.deliver({ type: 'interactive', payload })
  return interactivity === undefined
    ? { via: undefined, error: 'app_missing_action_url' }
    : postPayload(interactivity, payload, clock)
}

function findElement(
  message: InboxMessage,
  { actionId, blockId }: Pick<Click, 'actionId' | 'blockId'>,
): InteractiveElement {
  const all = interactiveElements(message)
  const matching = all.filter(
    (each) => each.actionId === actionId && (blockId === undefined || each.blockId === blockId),
  )
  const [found] = matching
  if (found === undefined) {
    const ids = all.map((each) => each.actionId).join(', ') || 'none'
    throw new TypeError(
      `Expected \`actionId\` to be one of the message's (${ids}), got ${actionId}`,
    )
  }
  if (matching.length > 1)
    throw new TypeError(`Expected \`blockId\` with ${actionId}, which several blocks have`)
  return found
}

/** The entry in `actions` of the payload, which depends on the element. */
function actionOf(found: InteractiveElement, value: string | undefined): JsonObject {
  const { element, blockId, actionId } = found
  const { type = '' } = element
  const common = { type, action_id: actionId, block_id: blockId }
  if (type === 'button' || type === 'icon_button') {
    const own = element['value']
    if (value !== undefined && value !== own)
      throw new TypeError(`Expected \`value\` to be the button's own, got ${value}`)
    return { ...common, text: element['text'], value: own, style: element['style'] }
  }
  if (type === 'feedback_buttons') {
    const buttons = [element['positive_button'], element['negative_button']]
    const pressed = buttons.find((each) => isObject(each) && each['value'] === value)
    if (!isObject(pressed))
      throw new TypeError(`Expected \`value\` to be that of a button, got ${value}`)
    return { ...common, text: pressed['text'], value: pressed['value'] }
  }
  const options = optionsOf(element)
  const option = options.find((each) => each['value'] === value)
  if (option === undefined) {
    const values = options.map((each) => JSON.stringify(each['value'])).join(', ')
    throw new TypeError(`Expected \`value\` to be an option's (${values}), got ${value}`)
  }
  const { placeholder } = element
  return { ...common, selected_option: option, placeholder }
}

function valueOf({ value, selected_option: option }: JsonObject): string | undefined {
  const chosen = isObject(option) ? option['value'] : value
  return typeof chosen === 'string' ? chosen : undefined
}

/** @see https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
function payloadOf(
  slack: Slack,
  used: {
    readonly message: InboxMessage
    readonly user: User
    readonly found: InteractiveElement
    readonly action: JsonObject
  },
): JsonObject {
  const { message, user, found, action } = used
  const { channel, channelName, ts, threadTs, onlyFor } = message
  const isEphemeral = onlyFor !== undefined
  const actionTs = slack.tsCounter.next(slack.clock.now())
  const isStateful = found.element['type'] !== 'overflow' && action['selected_option'] !== undefined
  const state = { type: action['type'], selected_option: action['selected_option'] }
  return {
    type: 'block_actions',
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId ?? team.id },
    api_app_id: app.id,
    token: verificationToken,
    container: {
      type: 'message',
      message_ts: ts,
      channel_id: channel,
      is_ephemeral: isEphemeral,
      thread_ts: threadTs,
    },
    trigger_id: `${actionTs}.${randomBytes(16).toString('hex')}`,
    team: { id: team.id, domain: 'slack-inbox' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel, name: channelName },
    message: isEphemeral ? undefined : wireMessage(message, slack),
    state: { values: isStateful ? { [found.blockId]: { [found.actionId]: state } } : {} },
    response_url: slack.responseUrls.create({ user: user.id, channel, ts }),
    actions: [{ ...action, action_ts: actionTs }],
  }
}
