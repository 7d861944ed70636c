import { isObject, type Json, type JsonObject, onlyObjects } from '../json.ts'

/** An element of a message that a person can use, with the ids that its payload has. */
export interface InteractiveElement {
  readonly element: JsonObject
  readonly blockId: string
  readonly actionId: string
}

/** The elements that send `block_actions`; the others are shown and have no effect. */
const interactiveTypes = new Set([
  'button',
  'icon_button',
  'feedback_buttons',
  'overflow',
  'static_select',
])

/** The interactive elements of a message, in order. Slack generates the ids that an app leaves out. */
export function interactiveElements(message: {
  readonly blocks: readonly JsonObject[]
  readonly attachments: readonly JsonObject[]
}): readonly InteractiveElement[] {
  const attached = message.attachments.flatMap(({ blocks }) =>
    Array.isArray(blocks) ? onlyObjects(blocks) : [],
  )
  return [...message.blocks, ...attached].flatMap((block, index) => {
    const blockId = textOf(block['block_id']) ?? `b${index}`
    return [...elementsIn(block, blockId)].map(({ element, blockId: id }, position) => ({
      element,
      blockId: id,
      actionId: textOf(element['action_id']) ?? `a${position}`,
    }))
  })
}

function* elementsIn(
  value: Json | undefined,
  blockId: string,
): Generator<Omit<InteractiveElement, 'actionId'>> {
  if (Array.isArray(value)) {
    const items: readonly Json[] = value
    for (const item of items) yield* elementsIn(item, blockId)
  } else if (isObject(value)) {
    if (interactiveTypes.has(textOf(value['type']) ?? '')) yield { element: value, blockId }
    else
      for (const each of Object.values(value))
        yield* elementsIn(each, textOf(value['block_id']) ?? blockId)
  }
}

/** The options of a menu, those in groups included. */
export function optionsOf(element: JsonObject): readonly JsonObject[] {
  const groups = element['option_groups']
  return [element, ...(Array.isArray(groups) ? onlyObjects(groups) : [])].flatMap(({ options }) =>
    Array.isArray(options) ? onlyObjects(options) : [],
  )
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
