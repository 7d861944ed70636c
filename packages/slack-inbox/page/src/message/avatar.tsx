import type { ReactNode } from 'react'
import { Emoji } from '../text/inlines.tsx'

/** The square before a message: an emoji or a letter. Pictures from elsewhere are not loaded. */
export function Avatar(props: {
  readonly name: string
  readonly emoji: string | undefined
}): ReactNode {
  const { name, emoji } = props
  return (
    <div className={`avatar avatar-${shade(name)}`} aria-hidden="true">
      {emoji === undefined ? (
        (name.match(/[\p{L}\p{N}]/u)?.[0] ?? '#').toUpperCase()
      ) : (
        <Emoji name={emoji.replaceAll(':', '')} />
      )}
    </div>
  )
}

/** The same name has the same colour everywhere. */
function shade(name: string): number {
  let sum = 0
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 6
  return sum
}
