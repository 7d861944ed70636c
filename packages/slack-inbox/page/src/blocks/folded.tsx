import { useState } from 'react'
import type { ReactNode } from 'react'

/** Slack folds longer texts of attachments. */
const maxCharacters = 700
const maxLineBreaks = 5

/** Shows the beginning of a text that Slack folds, and a button for the rest. */
export function Folded(props: {
  readonly text: string
  readonly isAlwaysOpen?: boolean
  readonly children: ReactNode
}): ReactNode {
  const [isOpen, setIsOpen] = useState(false)
  if (props.isAlwaysOpen === true || !isLong(props.text)) return props.children
  return (
    <div>
      <div className={isOpen ? undefined : 'folded'}>{props.children}</div>
      <button
        type="button"
        className="link-button"
        aria-expanded={isOpen}
        onClick={() => {
          setIsOpen(!isOpen)
        }}
      >
        {isOpen ? 'Show less' : 'Show more'}
      </button>
    </div>
  )
}

function isLong(text: string): boolean {
  return (
    text.length > maxCharacters || text.split('\n', maxLineBreaks + 2).length > maxLineBreaks + 1
  )
}
