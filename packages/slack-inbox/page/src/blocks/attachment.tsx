import type { ReactNode } from 'react'
import { listIn, numberIn, objectsIn, textIn } from '../inbox/read-json.ts'
import type { JsonObject } from '../inbox/read-json.ts'
import { Link } from '../text/inlines.tsx'
import { Mrkdwn } from '../text/mrkdwn.tsx'
import { showMoment } from '../text/slack-date.ts'
import { Blocks } from './blocks.tsx'
import { Element } from './element.tsx'
import { Folded } from './folded.tsx'
import { Picture } from './image.tsx'

const namedColors: Readonly<Record<string, string>> = {
  good: '#2eb886',
  warning: '#daa038',
  danger: '#a30200',
}

/** An attachment with its color bar. */
export function Attachment({ attachment }: { readonly attachment: JsonObject }): ReactNode {
  const blocks = objectsIn(attachment, 'blocks')
  const pretext = textIn(attachment, 'pretext')
  return (
    <>
      {pretext !== undefined && <Mrkdwn source={pretext} />}
      <div className="attachment">
        <i className="attachment-bar" style={{ backgroundColor: colorOf(attachment) }} />
        <div className="attachment-body">
          {blocks.length > 0 ? (
            <Blocks blocks={blocks} />
          ) : (
            <LegacyAttachment attachment={attachment} />
          )}
        </div>
      </div>
    </>
  )
}

function LegacyAttachment({ attachment }: { readonly attachment: JsonObject }): ReactNode {
  const text = textIn(attachment, 'text') ?? fallbackOf(attachment)
  const image = textIn(attachment, 'image_url') ?? textIn(attachment, 'thumb_url')
  const actions = objectsIn(attachment, 'actions')
  return (
    <>
      <Linked className="author" attachment={attachment} name="author_name" link="author_link" />
      <Linked className="title" attachment={attachment} name="title" link="title_link" />
      {text !== undefined && (
        <Folded text={text}>
          <Mrkdwn source={text} />
        </Folded>
      )}
      <Fields fields={objectsIn(attachment, 'fields')} />
      {image !== undefined && (
        <Picture image={{ alt_text: image, image_url: image }} size="large" />
      )}
      {actions.length > 0 && (
        <div className="actions">
          {actions.map((action, index) => (
            <Element key={index} element={asButton(action)} />
          ))}
        </div>
      )}
      <Footer attachment={attachment} />
    </>
  )
}

function Linked(props: {
  readonly className: string
  readonly attachment: JsonObject
  readonly name: string
  readonly link: string
}): ReactNode {
  const text = textIn(props.attachment, props.name)
  const url = textIn(props.attachment, props.link)
  if (text === undefined) return null
  return (
    <div className={`attachment-${props.className}`}>
      {url === undefined ? text : <Link url={url}>{text}</Link>}
    </div>
  )
}

function Fields({ fields }: { readonly fields: readonly JsonObject[] }): ReactNode {
  if (fields.length === 0) return null
  return (
    <div className="fields">
      {fields.map((field, index) => (
        <div key={index} className={field['short'] === true ? undefined : 'wide'}>
          <strong>{textIn(field, 'title')}</strong>
          <Mrkdwn source={textIn(field, 'value') ?? ''} />
        </div>
      ))}
    </div>
  )
}

function Footer({ attachment }: { readonly attachment: JsonObject }): ReactNode {
  const footer = textIn(attachment, 'footer')
  const seconds = numberIn(attachment, 'ts') ?? Number(textIn(attachment, 'ts') ?? Number.NaN)
  const time = Number.isFinite(seconds) ? showMoment(new Date(seconds * 1000)) : undefined
  const shown = [footer, time].filter((part) => part !== undefined).join(' | ')
  return shown === '' ? null : <div className="context">{shown}</div>
}

/** The fallback text, if the attachment has nothing else to show. */
function fallbackOf(attachment: JsonObject): string | undefined {
  const shown = ['title', 'author_name', 'image_url', 'thumb_url', 'footer']
  const isEmpty =
    shown.every((name) => attachment[name] === undefined) &&
    listIn(attachment, 'fields').length === 0
  return isEmpty ? textIn(attachment, 'fallback') : undefined
}

function asButton(action: JsonObject): JsonObject {
  return { ...action, type: 'button', text: { type: 'plain_text', text: textIn(action, 'text') } }
}

function colorOf(attachment: JsonObject): string {
  const color = textIn(attachment, 'color') ?? ''
  const named = Object.hasOwn(namedColors, color) ? namedColors[color] : undefined
  if (named !== undefined) return named
  const hex = /^#?([\da-f]{6}|[\da-f]{3})$/i.exec(color)?.[1]
  return hex === undefined ? 'var(--line-strong)' : `#${hex}`
}
