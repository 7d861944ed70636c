import { use } from 'react'
import type { ReactNode } from 'react'
import { StoreContext } from '../inbox/inbox-store.ts'
import type { PageWorkspace } from '../inbox/inbox-state.ts'
import { useEmoji } from './emoji.ts'
import type { Inline, Mentioned, SlackDate, Style } from './inline.ts'
import { safeUrl } from './safe-url.ts'
import { showMoment, showSlackDate } from './slack-date.ts'

/** Formatted text. */
export function Inlines({ pieces }: { readonly pieces: readonly Inline[] }): ReactNode {
  return pieces.map((piece, index) => <Piece key={index} piece={piece} />)
}

function Piece({ piece }: { readonly piece: Inline }): ReactNode {
  switch (piece.kind) {
    case 'text':
      return piece.text
    case 'code':
      return <code>{piece.text}</code>
    case 'link':
      return <Link url={piece.url}>{piece.label || piece.url.replace(/^mailto:/, '')}</Link>
    case 'mention':
      return <Mention {...piece} />
    case 'date':
      return <DateText date={piece.date} />
    case 'emoji':
      return <Emoji name={piece.name} />
    default:
      return <Styled style={piece.kind} pieces={piece.children} />
  }
}

const tags = { bold: 'strong', italic: 'em', strike: 's' } as const

function Styled(props: { readonly style: Style; readonly pieces: readonly Inline[] }): ReactNode {
  const Tag = tags[props.style]
  return (
    <Tag>
      <Inlines pieces={props.pieces} />
    </Tag>
  )
}

/** An emoji by its name, or the name if there is no such emoji. */
export function Emoji({ name }: { readonly name: string }): ReactNode {
  const character = useEmoji(name)
  if (character === undefined) return `:${name}:`
  return (
    <span className="emoji" role="img" aria-label={name.replaceAll('_', ' ')} title={`:${name}:`}>
      {character}
    </span>
  )
}

/** A mention of a user, a group, a channel or everybody. */
export function Mention(props: {
  readonly what: Mentioned
  readonly id: string
  readonly label: string
}): ReactNode {
  const { workspace } = use(StoreContext).snapshot().state
  const { what, id, label } = props
  const name = nameOf(workspace, what, id) ?? (label.replace(/^[@#]/, '') || id)
  return (
    <span className={what === 'broadcast' ? 'mention mention-broadcast' : 'mention'} title={id}>
      {what === 'channel' ? '#' : '@'}
      {name}
    </span>
  )
}

function nameOf(workspace: PageWorkspace, what: Mentioned, id: string): string | undefined {
  switch (what) {
    case 'user':
      return workspace.users.find((user) => user.id === id)?.name
    case 'group':
      return workspace.userGroups.find((group) => group.id === id)?.handle
    case 'channel':
      return workspace.channels.find((channel) => channel.id === id)?.name
    case 'broadcast':
      return id
    default:
      return what satisfies never
  }
}

/** A date in the reader's time zone. */
export function DateText({ date }: { readonly date: SlackDate }): ReactNode {
  const at = new Date(date.timestamp * 1000)
  const shown = showSlackDate(date, new Date())
  if (Number.isNaN(at.getTime())) return shown
  const time = (
    <time dateTime={at.toISOString()} title={showMoment(at)}>
      {shown}
    </time>
  )
  return date.link === undefined ? time : <Link url={date.link}>{time}</Link>
}

/** A link that opens in a new tab, or only its text if the address is not safe. */
export function Link(props: { readonly url: string; readonly children: ReactNode }): ReactNode {
  const href = safeUrl(props.url)
  if (href === undefined)
    return (
      <span className="dead-link" title={props.url}>
        {props.children}
      </span>
    )
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
      {props.children}
    </a>
  )
}
