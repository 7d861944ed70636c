import { joinAroundName } from './name-gap.ts'
import {
  agreementAfter,
  agreementElsewhere,
  canBeName,
  isLikelyName,
  isTelling,
  isWildcard,
  looksLikeName,
  nameWildcard,
  type TemplateShape,
} from './name-evidence.ts'

/** The shape that has both, or `undefined` if the message is of another origin. */
export function joinShapes(
  shape: TemplateShape,
  message: TemplateShape,
): TemplateShape | undefined {
  return shape.length === message.length
    ? joinByPosition(shape, message)
    : joinAroundName(shape, message)
}

function joinByPosition(shape: TemplateShape, message: TemplateShape): TemplateShape | undefined {
  const agreeing = agreementOf(shape, message)
  if (agreeing === 0) return undefined
  const joined: string[] = []
  for (const [index, token] of message.entries()) {
    if (shape[index] === token) {
      joined.push(token)
      continue
    }
    const needed = agreementToJoin(shape, index, token)
    if (needed === undefined || needed > agreeing) return undefined
    joined.push(nameWildcard)
  }
  return joined
}

/** How many telling words agree; 0 if too many differ. */
function agreementOf(shape: TemplateShape, message: TemplateShape): number {
  let agreeing = 0
  let names = 0
  for (let index = 0; index < message.length; index += 1) {
    const known = shape[index] ?? ''
    if (isWildcard(known)) continue
    if (known !== message[index]) names += 1
    else if (isTelling(known)) agreeing += 1
  }
  return agreeing >= 2 * names - 1 ? agreeing : 0
}

function agreementToJoin(shape: TemplateShape, index: number, token: string): number | undefined {
  const known = shape[index] ?? ''
  if (known === nameWildcard) return canBeName(token) ? 1 : undefined
  if (!isLikelyName(known) || !isLikelyName(token)) return undefined
  const expected = agreementAfter(shape, index)
  return expected ?? (looksLikeName(known) && looksLikeName(token) ? agreementElsewhere : undefined)
}

/**
 * The text of a message with wildcards for its values and for the names that another message may have in their place, so
 * that it is the same whichever of them came first.
 */
export function describeShape(shape: TemplateShape): string {
  const needs = shape.map((token, index) => {
    const needed = isWildcard(token) ? undefined : agreementAfter(shape, index)
    return needed !== undefined && isLikelyName(token) ? needed : undefined
  })
  const names = needs.filter((needed) => needed !== undefined).length
  const agreeing = shape.filter(isTelling).length - names
  const isEnough = agreeing >= 2 * names - 1
  return shape
    .map((token, index) =>
      isEnough && agreeing >= (needs[index] ?? Infinity) ? nameWildcard : token,
    )
    .join(' ')
}
