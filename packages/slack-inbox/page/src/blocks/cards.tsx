import type { ReactNode } from 'react'
import { objectIn, objectsIn, textIn } from '../inbox/read-json.ts'
import type { JsonObject } from '../inbox/read-json.ts'
import { Link } from '../text/inlines.tsx'
import { Element } from './element.tsx'
import { Picture } from './image.tsx'
import { RichText } from './rich-text.tsx'
import { PlainText, TextObject } from './text-object.tsx'

interface BlockProps {
  readonly block: JsonObject
}

export function Card({ block }: BlockProps): ReactNode {
  const hero = objectIn(block, 'hero_image')
  const icon = objectIn(block, 'icon')
  return (
    <div className="card">
      {hero !== undefined && <Picture image={hero} size="medium" />}
      <strong>
        {icon !== undefined && <Picture image={icon} size="small" />}
        <TextObject text={objectIn(block, 'title')} />
      </strong>
      <small>
        <TextObject text={objectIn(block, 'subtitle')} />
      </small>
      <TextObject text={objectIn(block, 'body')} />
      <small>
        <TextObject text={objectIn(block, 'subtext')} />
      </small>
      <div className="actions">
        {objectsIn(block, 'actions').map((action, index) => (
          <Element key={index} element={action} />
        ))}
      </div>
    </div>
  )
}

export function Carousel({ block }: BlockProps): ReactNode {
  return (
    <div className="carousel" role="group" aria-label="Cards" tabIndex={0}>
      {objectsIn(block, 'elements').map((card, index) => (
        <Card key={index} block={card} />
      ))}
    </div>
  )
}

/** Blocks that can be collapsed together. */
export function Container(props: {
  readonly block: JsonObject
  readonly children: ReactNode
}): ReactNode {
  const { block } = props
  const richTitle = objectIn(block, 'rich_text_title')
  const head = (
    <>
      <strong>
        {richTitle === undefined ? (
          <PlainText text={objectIn(block, 'title')} />
        ) : (
          <RichText block={richTitle} />
        )}
      </strong>{' '}
      <small>
        <TextObject text={objectIn(block, 'subtitle')} />
      </small>
    </>
  )
  if (block['is_collapsible'] !== true)
    return (
      <div className="card">
        {head}
        {props.children}
      </div>
    )
  return (
    <details className="card" open={block['default_collapsed'] !== true}>
      <summary>{head}</summary>
      {props.children}
    </details>
  )
}

const marks: Readonly<Record<string, string>> = {
  pending: '○',
  in_progress: '◔',
  complete: '✓',
  error: '✗',
}

/** Tasks and their status. */
export function Plan({ block }: BlockProps): ReactNode {
  return (
    <div className="card">
      <strong>{textIn(block, 'title')}</strong>
      {objectsIn(block, 'tasks').map((task, index) => (
        <Task key={index} block={task} />
      ))}
    </div>
  )
}

export function Task({ block }: BlockProps): ReactNode {
  const status = textIn(block, 'status') ?? 'pending'
  return (
    <div className="task">
      <div>
        <span role="img" aria-label={status.replaceAll('_', ' ')}>
          {marks[status]}
        </span>{' '}
        {textIn(block, 'title')}
      </div>
      <RichText block={objectIn(block, 'details') ?? {}} />
      <RichText block={objectIn(block, 'output') ?? {}} />
      {objectsIn(block, 'sources').map((source, index) => (
        <Link key={index} url={textIn(source, 'url') ?? ''}>
          {textIn(source, 'text')}
        </Link>
      ))}
    </div>
  )
}
