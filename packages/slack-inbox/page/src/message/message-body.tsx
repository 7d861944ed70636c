import type { ReactNode } from 'react'
import type { PageMessage } from '../inbox/inbox-state.ts'
import type { JsonObject } from '../inbox/read-json.ts'
import { Attachment } from '../blocks/attachment.tsx'
import { Blocks } from '../blocks/blocks.tsx'
import { Mrkdwn } from '../text/mrkdwn.tsx'

/** What a message says: its blocks, or its text where it has none, and its attachments. */
export function MessageBody(props: {
  readonly message: Pick<PageMessage, 'text' | 'blocks' | 'attachments'>
}): ReactNode {
  const { text, blocks, attachments } = props.message
  return (
    <>
      {blocks.length > 0 ? <Blocks blocks={blocks} /> : text !== '' && <Mrkdwn source={text} />}
      {attachments.map((attachment: JsonObject, index) => (
        <Attachment key={index} attachment={attachment} />
      ))}
    </>
  )
}
