import { maxText } from './block-limits.ts'
import type { Check } from './issue.ts'
import { boolean, object, oneOf, string, tagged } from './shape.ts'

function plainTextShape(max: number): Check {
  return object({ type: oneOf('plain_text'), text: string({ min: 1, max }) }, { emoji: boolean })
}

function mrkdwnShape(max: number): Check {
  return object({ type: oneOf('mrkdwn'), text: string({ min: 1, max }) }, { verbatim: boolean })
}

/** A text object without markup. */
export function plainText(max: number = maxText): Check {
  return tagged({ plain_text: plainTextShape(max) })
}

/** A text object with or without markup. */
export function textObject(max: number = maxText): Check {
  return tagged({ plain_text: plainTextShape(max), mrkdwn: mrkdwnShape(max) })
}
