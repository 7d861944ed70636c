import { use } from 'react'
import type { ReactNode } from 'react'
import type { PageChannel } from '../inbox/inbox-state.ts'
import { useInbox } from '../inbox/inbox-store.ts'
import { MeContext } from './me.ts'
import type { Theme } from './use-page.ts'

/** What the page can show instead of a channel. */
export type Panel = 'faults' | 'requests'

interface SidebarProps {
  readonly channel: string | undefined
  readonly panel: Panel | undefined
  readonly failed: number
  readonly theme: Theme
  readonly onChannel: (id: string) => void
  readonly onPanel: (panel: Panel) => void
  readonly onTheme: () => void
  readonly onClear: () => void
}

export function Sidebar(props: SidebarProps): ReactNode {
  const { workspace } = useInbox().state
  const direct = workspace.channels.filter(({ isDirect }) => isDirect)
  const channels = workspace.channels.filter(({ isDirect }) => !isDirect)
  return (
    <nav className="sidebar" aria-label="Channels">
      <h1>Slack inbox</h1>
      <ChannelList {...props} title="Channels" channels={channels} />
      {direct.length > 0 && <ChannelList {...props} title="Direct messages" channels={direct} />}
      <div className="sidebar-tools">
        <PanelButton {...props} name="requests">
          <span>Requests</span>{' '}
          {props.failed > 0 && <span className="count count-bad">{props.failed} failed</span>}
        </PanelButton>
        <PanelButton {...props} name="faults">
          Fail Slack
        </PanelButton>
        <MePicker />
        <button type="button" onClick={props.onTheme}>
          Theme: {props.theme}
        </button>
        <button type="button" onClick={props.onClear}>
          Clear all
        </button>
      </div>
    </nav>
  )
}

/** Who clicks, reacts and replies. */
function MePicker(): ReactNode {
  const { users } = useInbox().state.workspace
  const me = use(MeContext)
  return (
    <label className="me">
      You are{' '}
      <select
        value={me.id}
        onChange={(event) => {
          me.become(event.target.value)
        }}
      >
        {users
          .filter(({ isBot }) => !isBot)
          .map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
      </select>
    </label>
  )
}

function ChannelList(
  props: SidebarProps & {
    readonly title: string
    readonly channels: readonly PageChannel[]
  },
): ReactNode {
  return (
    <>
      <h2>{props.title}</h2>
      <ul>
        {props.channels.map((channel) => (
          <li key={channel.id}>
            <ChannelButton
              channel={channel}
              isCurrent={props.panel === undefined && channel.id === props.channel}
              onChannel={props.onChannel}
            />
          </li>
        ))}
      </ul>
    </>
  )
}

function ChannelButton(props: {
  readonly channel: PageChannel
  readonly isCurrent: boolean
  readonly onChannel: (id: string) => void
}): ReactNode {
  const { channel, isCurrent, onChannel } = props
  const { shown, unread } = useInbox().state
  const newCount = unread.get(channel.id) ?? 0
  const total = shown.get(channel.id)?.length ?? 0
  return (
    <button
      type="button"
      className={newCount > 0 ? 'channel unread' : 'channel'}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={() => {
        onChannel(channel.id)
      }}
    >
      <span className="channel-name">
        <span aria-hidden="true">{channel.isDirect ? '@' : channel.isPrivate ? '🔒' : '#'}</span>{' '}
        {channel.name}
      </span>{' '}
      {newCount > 0 ? (
        <span className="count count-new">{newCount} new</span>
      ) : (
        total > 0 && <span className="count">{total.toLocaleString('en-US')}</span>
      )}
    </button>
  )
}

function PanelButton(
  props: SidebarProps & { readonly name: Panel; readonly children: ReactNode },
): ReactNode {
  return (
    <button
      type="button"
      aria-current={props.panel === props.name ? 'page' : undefined}
      onClick={() => {
        props.onPanel(props.name)
      }}
    >
      {props.children}
    </button>
  )
}
