import type { ReactNode } from 'react'
import type { PageRequest, PageRequests } from '../inbox/inbox-api.ts'
import type { Json, JsonObject } from '../inbox/read-json.ts'
import { showMoment } from '../text/slack-date.ts'

/** The latest requests and their responses. */
export function RequestsView({
  requests,
}: {
  readonly requests: PageRequests | undefined
}): ReactNode {
  return (
    <section className="pane" aria-label="Requests">
      <header className="pane-head">
        <h2>Requests</h2>
        {requests !== undefined && (
          <span>
            {requests.total} kept, {requests.failed} failed
          </span>
        )}
      </header>
      <div className="scroller padded">
        {requests === undefined || requests.total === 0 ? (
          <p className="empty">No requests yet.</p>
        ) : (
          <ol className="requests" aria-label="Requests, newest first">
            {requests.latest.map((request) => (
              <li key={`${request.at} ${request.index}`}>
                <RequestRow request={request} />
              </li>
            ))}
          </ol>
        )}
      </div>
    </section>
  )
}

function RequestRow({ request }: { readonly request: PageRequest }): ReactNode {
  const at = new Date(request.at)
  return (
    <details className="card">
      <summary>
        <span className={request.isAccepted ? 'outcome' : 'outcome outcome-bad'}>
          {outcome(request)}
        </span>{' '}
        <strong>{request.method}</strong> <time dateTime={at.toISOString()}>{showMoment(at)}</time>
        {request.isFaulty && <span className="mark"> because of a fault</span>}
      </summary>
      <pre className="code json" tabIndex={0} role="group" aria-label="Arguments">
        {JSON.stringify(readable(request.arguments), undefined, 2)}
      </pre>
    </details>
  )
}

function outcome({ status, error, isAccepted }: PageRequest): string {
  if (error !== undefined) return `✗ ${error}`
  if (status === undefined) return '✗ no response'
  return isAccepted ? `✓ ${status}` : `✗ ${status}`
}

/** Parses the lists that clients send as JSON text in a form. */
function readable(given: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      typeof value === 'string' && /^[[{]/.test(value) ? parsed(value) : value,
    ]),
  )
}

function parsed(text: string): Json {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    // The text only looks like JSON.
    return text
  }
}
