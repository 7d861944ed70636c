import type { ReactNode } from 'react'
import { numberIn, objectIn, objectsIn, textIn } from '../inbox/read-json.ts'
import type { JsonObject } from '../inbox/read-json.ts'
import { DateText, Emoji, Link, Mention } from '../text/inlines.tsx'
import { Unknown } from './unknown.tsx'

/** A rich_text block. Its text is literal; links, mentions and styles are elements. */
export function RichText({ block }: { readonly block: JsonObject }): ReactNode {
  return objectsIn(block, 'elements').map((part, index) => <Part key={index} part={part} />)
}

function Part({ part }: { readonly part: JsonObject }): ReactNode {
  const border = numberIn(part, 'border') === 1 ? ' bordered' : ''
  switch (part['type']) {
    case 'rich_text_section':
      return (
        <div className="text">
          <Elements parent={part} />
        </div>
      )
    case 'rich_text_preformatted':
      return (
        <pre className="code" data-language={textIn(part, 'language')}>
          <Elements parent={part} />
        </pre>
      )
    case 'rich_text_quote':
      return (
        <blockquote className={`text${border}`}>
          <Elements parent={part} />
        </blockquote>
      )
    case 'rich_text_list':
      return <List part={part} border={border} />
    default:
      return <Unknown value={part} />
  }
}

function List(props: { readonly part: JsonObject; readonly border: string }): ReactNode {
  const { part, border } = props
  const items = objectsIn(part, 'elements').map((item, index) => (
    <li key={index} className="text">
      <Elements parent={item} />
    </li>
  ))
  const indent = Math.min(numberIn(part, 'indent') ?? 0, 8)
  const className = `list list-${indent % 3}${border}`
  const style = { marginInlineStart: `${indent * 1.75}rem` }
  return textIn(part, 'style') === 'ordered' ? (
    <ol className={className} style={style} start={(numberIn(part, 'offset') ?? 0) + 1}>
      {items}
    </ol>
  ) : (
    <ul className={className} style={style}>
      {items}
    </ul>
  )
}

function Elements({ parent }: { readonly parent: JsonObject }): ReactNode {
  return objectsIn(parent, 'elements').map((element, index) => (
    <Styled key={index} style={objectIn(element, 'style')}>
      <Element element={element} />
    </Styled>
  ))
}

const elements: Readonly<Record<string, (element: JsonObject) => ReactNode>> = {
  text: (element) => textIn(element, 'text'),
  link: (element) => {
    const url = textIn(element, 'url') ?? ''
    return <Link url={url}>{textIn(element, 'text') ?? url}</Link>
  },
  user: (element) => <Mention what="user" id={textIn(element, 'user_id') ?? ''} label="" />,
  usergroup: (element) => (
    <Mention what="group" id={textIn(element, 'usergroup_id') ?? ''} label="" />
  ),
  channel: (element) => (
    <Mention what="channel" id={textIn(element, 'channel_id') ?? ''} label="" />
  ),
  broadcast: (element) => <Mention what="broadcast" id={textIn(element, 'range') ?? ''} label="" />,
  emoji: (element) => <Emoji name={textIn(element, 'name') ?? ''} />,
  date: (element) => (
    <DateText
      date={{
        timestamp: numberIn(element, 'timestamp') ?? Number.NaN,
        format: textIn(element, 'format') ?? '',
        link: textIn(element, 'url'),
        fallback: textIn(element, 'fallback') ?? '',
      }}
    />
  ),
  color: (element) => <Color value={textIn(element, 'value') ?? ''} />,
  team: (element) => textIn(element, 'team_id'),
}

function Element({ element }: { readonly element: JsonObject }): ReactNode {
  const type = textIn(element, 'type') ?? ''
  const show = Object.hasOwn(elements, type) ? elements[type] : undefined
  return show === undefined ? <Unknown value={element} /> : show(element)
}

function Color({ value }: { readonly value: string }): ReactNode {
  return (
    <code>
      {value}{' '}
      {/^#[\da-f]{6}$/i.test(value) && <i className="swatch" style={{ backgroundColor: value }} />}
    </code>
  )
}

function Styled(props: {
  readonly style: JsonObject | undefined
  readonly children: ReactNode
}): ReactNode {
  const { style } = props
  let node = props.children
  if (style === undefined) return node
  if (style['code'] === true) node = <code>{node}</code>
  if (style['bold'] === true) node = <strong>{node}</strong>
  if (style['italic'] === true) node = <em>{node}</em>
  if (style['strike'] === true) node = <s>{node}</s>
  if (style['underline'] === true) node = <u>{node}</u>
  return node
}
