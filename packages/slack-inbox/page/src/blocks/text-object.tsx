import type { ReactNode } from 'react'
import { textIn } from '../inbox/read-json.ts'
import type { JsonObject } from '../inbox/read-json.ts'
import { Inlines } from '../text/inlines.tsx'
import { Mrkdwn } from '../text/mrkdwn.tsx'
import { plainText } from '../text/plain-inlines.ts'

export function TextObject({ text }: { readonly text: JsonObject | undefined }): ReactNode {
  const source = textIn(text, 'text')
  if (source === undefined) return null
  if (textIn(text, 'type') === 'mrkdwn')
    return <Mrkdwn source={source} isVerbatim={text?.['verbatim'] === true} />
  return <PlainText text={text} />
}

export function PlainText({ text }: { readonly text: JsonObject | undefined }): ReactNode {
  const source = textIn(text, 'text') ?? ''
  return (
    <span className="text">
      <Inlines pieces={plainText(source, text?.['emoji'] !== false)} />
    </span>
  )
}
