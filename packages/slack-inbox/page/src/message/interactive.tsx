import { createContext, use, useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import { interactiveElements } from '../../../src/interactivity/elements.ts'
import { clickElement } from '../inbox/inbox-api.ts'
import type { Delivery } from '../inbox/inbox-api.ts'
import type { PageMessage } from '../inbox/inbox-state.ts'
import { objectIn, textIn } from '../inbox/read-json.ts'
import type { JsonObject } from '../inbox/read-json.ts'
import { Dialog } from '../layout/dialog.tsx'
import { MeContext } from '../layout/me.ts'

/** A use of an element. */
interface Use {
  readonly element: JsonObject
  /** The text of the button or the option. */
  readonly label: string
  /** The value of the chosen option. */
  readonly value?: string | undefined
}

/** What the elements of a message can do. */
interface Interactive {
  /** Whether the element sends an interaction. Those in earlier versions of a message do not. */
  readonly isUsable: (element: JsonObject) => boolean
  readonly isBusy: (element: JsonObject) => boolean
  readonly start: (used: Use) => void
}

export const InteractiveContext = createContext<Interactive>({
  isUsable: () => false,
  isBusy: () => false,
  start: () => undefined,
})

type Outcome =
  | { readonly kind: 'asking'; readonly used: Use }
  | { readonly kind: 'busy'; readonly used: Use }
  | { readonly kind: 'done'; readonly used: Use; readonly delivery: Delivery }
  | { readonly kind: 'refused'; readonly reason: string }

/** Lets a person use the elements of a message, and shows what the app did with the last use. */
export function InteractiveMessage(props: {
  readonly message: PageMessage
  readonly children: ReactNode
}): ReactNode {
  const { message } = props
  const { id: user } = use(MeContext)
  const [outcome, setOutcome] = useState<Outcome>()
  const usable = useMemo(
    () => new Map(interactiveElements(message).map((each) => [each.element, each])),
    [message],
  )
  const send = async (used: Use): Promise<void> => {
    const found = usable.get(used.element)
    if (found === undefined) return
    setOutcome({ kind: 'busy', used })
    const { blockId, actionId } = found
    try {
      const { value } = used
      const clicked = await clickElement({ ts: message.ts, blockId, actionId, user, value })
      setOutcome({ kind: 'done', used, delivery: clicked })
    } catch (error) {
      setOutcome({
        kind: 'refused',
        reason: error instanceof Error ? error.message : String(error),
      })
    }
  }
  const start = (used: Use): void => {
    if (objectIn(used.element, 'confirm') === undefined) void send(used)
    else setOutcome({ kind: 'asking', used })
  }
  const busy = outcome?.kind === 'busy' ? outcome.used.element : undefined
  const interactive = useMemo(
    () => ({
      isUsable: (element: JsonObject) => usable.has(element),
      isBusy: (element: JsonObject) => element === busy,
      start,
    }),
    // `start` changes with the same things.
    [usable, busy, user],
  )
  return (
    <InteractiveContext value={interactive}>
      {props.children}
      {outcome?.kind === 'asking' && (
        <Confirmation
          confirm={objectIn(outcome.used.element, 'confirm') ?? {}}
          onConfirm={() => void send(outcome.used)}
          onClose={() => {
            setOutcome((now) => (now?.kind === 'asking' ? undefined : now))
          }}
        />
      )}
      {outcome !== undefined && outcome.kind !== 'asking' && (
        <p className="interaction" role="status">
          {outcomeText(outcome)}
        </p>
      )}
    </InteractiveContext>
  )
}

function Confirmation(props: {
  readonly confirm: JsonObject
  readonly onConfirm: () => void
  readonly onClose: () => void
}): ReactNode {
  const text = (name: string): string | undefined => textIn(objectIn(props.confirm, name), 'text')
  return (
    <Dialog title={text('title') ?? 'Are you sure?'} onClose={props.onClose}>
      <p>{text('text')}</p>
      <div className="actions">
        <button type="button" onClick={props.onConfirm}>
          {text('confirm') ?? 'Yes'}
        </button>
        <button type="button" onClick={props.onClose}>
          {text('deny') ?? 'Cancel'}
        </button>
      </div>
    </Dialog>
  )
}

const errors: Readonly<Record<string, string>> = {
  app_missing_action_url: 'the app has neither a request URL nor a connection of Socket Mode',
  operation_timeout: 'the app did not acknowledge within 3 seconds',
  dispatch_failed: 'the app could not be reached',
}

function outcomeText(outcome: Exclude<Outcome, { readonly kind: 'asking' }>): string {
  if (outcome.kind === 'refused') return `⚠ ${outcome.reason}`
  const { label } = outcome.used
  if (outcome.kind === 'busy') return `⏳ ${label}: waiting for the app …`
  const { via, error, status, tookMs } = outcome.delivery
  if (error === undefined) {
    const way = via === 'socket' ? 'over Socket Mode' : 'at the request URL'
    return `✓ ${label}: acknowledged ${way} after ${tookMs} ms`
  }
  const reason = errors[error] ?? `the app responded with status ${status ?? '?'}`
  return `⚠ ${label}: ${reason} (${error})`
}
