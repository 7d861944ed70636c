import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { fetchMessage } from '../inbox/inbox-api.ts'
import type { InboxMessage } from '../inbox/inbox-api.ts'
import type { PageMessage } from '../inbox/inbox-state.ts'
import { useInbox } from '../inbox/inbox-store.ts'
import { Dialog } from '../layout/dialog.tsx'
import { showMoment } from '../text/slack-date.ts'
import { notifiedText } from './message-marks.tsx'
import { MessageBody } from './message-view.tsx'
import { builderPayload, copy, payload } from './payload.ts'

/** The details of a message: hints, JSON to copy, and earlier versions. */
export function MessageDialog(props: {
  readonly message: PageMessage
  readonly onClose: () => void
}): ReactNode {
  const { message, onClose } = props
  const { workspace } = useInbox().state
  const whole = useWhole(message)
  const [notice, setNotice] = useState('')
  const copyJson = async (value: unknown): Promise<void> => {
    setNotice(await copy(JSON.stringify(value, undefined, 2)))
  }
  return (
    <Dialog title={`Message ${message.ts}`} onClose={onClose}>
      <p>
        #{message.channelName} · {message.channel} · by {viaText[message.via]}
        {message.editCount > 0 && ` · edited ${message.editCount} times`} ·{' '}
        {notifiedText(message, workspace.users) ?? 'would notify nobody'}
      </p>
      <Hints hints={message.hints} />
      <div className="actions">
        <button type="button" onClick={() => void copyJson(payload(message))}>
          Copy JSON
        </button>
        {message.discord === undefined && (
          <button type="button" onClick={() => void copyJson(builderPayload(message))}>
            Copy for Block Kit Builder
          </button>
        )}
        <span role="status">{notice}</span>
      </div>
      <h3>JSON</h3>
      <pre className="code json" tabIndex={0} role="group" aria-label="JSON of the message">
        {JSON.stringify(payload(message), undefined, 2)}
      </pre>
      {whole !== undefined && <History message={whole} />}
    </Dialog>
  )
}

const viaText = {
  webApi: 'the Web API',
  webhook: 'an incoming webhook',
  scheduled: 'schedule',
  upload: 'a file upload',
  responseUrl: 'a response URL',
  person: 'a person',
  discordWebhook: 'a webhook of Discord',
  discordBot: 'a bot of Discord',
} as const

function Hints({ hints }: { readonly hints: readonly string[] }): ReactNode {
  if (hints.length === 0) return <p>No hints.</p>
  return (
    <ul className="hints">
      {hints.map((hint) => (
        <li key={hint}>⚠ {hint}</li>
      ))}
    </ul>
  )
}

function History({ message }: { readonly message: InboxMessage }): ReactNode {
  const { history, editCount } = message
  if (history.length === 0) return null
  return (
    <>
      <h3>Earlier versions</h3>
      {history.length < editCount && (
        <p>
          The first version and the {history.length - 1} latest of {editCount}.
        </p>
      )}
      {history.toReversed().map((version, index) => (
        <details key={version.replacedAt + index} className="card">
          <summary>Until {showMoment(new Date(version.replacedAt))}</summary>
          <MessageBody message={version} />
        </details>
      ))}
    </>
  )
}

/** The whole message, fetched again when it is edited. */
function useWhole({ ts, editCount }: PageMessage): InboxMessage | undefined {
  const [whole, setWhole] = useState<InboxMessage>()
  useEffect(() => {
    const abort = new AbortController()
    fetchMessage(ts, abort.signal).then(setWhole, () => {
      // The message was deleted, or the connection is lost, which the page shows elsewhere.
      setWhole(undefined)
    })
    return () => {
      abort.abort()
    }
  }, [ts, editCount])
  return whole
}
