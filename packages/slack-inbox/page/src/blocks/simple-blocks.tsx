import type { ReactNode } from 'react'
import { numberIn, objectIn, objectsIn, textIn } from '../inbox/read-json.ts'
import type { JsonObject } from '../inbox/read-json.ts'
import { Link } from '../text/inlines.tsx'
import { Element } from './element.tsx'
import { Folded } from './folded.tsx'
import { Picture } from './image.tsx'
import { PlainText, TextObject } from './text-object.tsx'

interface BlockProps {
  readonly block: JsonObject
}

export function Header({ block }: BlockProps): ReactNode {
  return (
    <div className={`header header-${numberIn(block, 'level') ?? 1}`} role="heading" aria-level={3}>
      <PlainText text={objectIn(block, 'text')} />
    </div>
  )
}

export function Section({ block }: BlockProps): ReactNode {
  const text = objectIn(block, 'text')
  const fields = objectsIn(block, 'fields')
  const accessory = objectIn(block, 'accessory')
  return (
    <div className="section">
      <div className="section-main">
        {text !== undefined && (
          <Folded text={textIn(text, 'text') ?? ''} isAlwaysOpen={block['expand'] === true}>
            <TextObject text={text} />
          </Folded>
        )}
        {fields.length > 0 && (
          <div className="fields">
            {fields.map((field, index) => (
              <div key={index}>
                <TextObject text={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {accessory !== undefined && <Element element={accessory} />}
    </div>
  )
}

export function Context({ block }: BlockProps): ReactNode {
  return (
    <div className="context">
      {objectsIn(block, 'elements').map((element, index) =>
        element['type'] === 'image' ? (
          <Picture key={index} image={element} size="small" />
        ) : (
          <div key={index}>
            <TextObject text={element} />
          </div>
        ),
      )}
    </div>
  )
}

export function Actions({ block }: BlockProps): ReactNode {
  return (
    <div className="actions">
      {objectsIn(block, 'elements').map((element, index) => (
        <Element key={index} element={element} />
      ))}
    </div>
  )
}

export function Input({ block }: BlockProps): ReactNode {
  const element = objectIn(block, 'element')
  return (
    <div className="field">
      <strong>
        <PlainText text={objectIn(block, 'label')} />
      </strong>
      {element !== undefined && <Element element={element} />}
      <small>
        <PlainText text={objectIn(block, 'hint')} />
      </small>
    </div>
  )
}

/** The texts and the link of a video. */
export function Video({ block }: BlockProps): ReactNode {
  const url = textIn(block, 'title_url') ?? textIn(block, 'video_url') ?? ''
  return (
    <div className="card">
      <small>{textIn(block, 'author_name') ?? textIn(block, 'provider_name')}</small>
      <strong>
        <Link url={url}>
          ▶ <PlainText text={objectIn(block, 'title')} />
        </Link>
      </strong>
      <PlainText text={objectIn(block, 'description')} />
      <Picture image={block} size="medium" />
    </div>
  )
}

export function RemoteFile({ block }: BlockProps): ReactNode {
  return <div className="card">📄 {textIn(block, 'external_id')}</div>
}
