import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { addFault, fetchFaults, stopFault } from '../inbox/inbox-api.ts'
import type { ListedFault, FaultOptions } from '../inbox/inbox-api.ts'
import { useInbox } from '../inbox/inbox-store.ts'

/** Injects faults, to test how a service handles failures of Slack. */
export function FaultsView(): ReactNode {
  const [faults, setFaults] = useState<readonly ListedFault[]>([])
  const [problem, setProblem] = useState<string>()
  const [choice, setChoice] = useState<Choice>({ channel: '', times: '' })
  const [change, setChange] = useState(0)
  useEffect(() => {
    const abort = new AbortController()
    const load = (): void => {
      fetchFaults(abort.signal).then(setFaults, (error: unknown) => {
        if (!abort.signal.aborted) setProblem(String(error))
      })
    }
    load()
    const timer = setInterval(load, 1000)
    return () => {
      clearInterval(timer)
      abort.abort()
    }
  }, [change])
  const act = async (action: Promise<void>): Promise<void> => {
    setProblem(undefined)
    await action.catch((error: unknown) => {
      setProblem(String(error))
    })
    setChange((count) => count + 1)
  }
  return (
    <section className="pane" aria-label="Fail Slack">
      <header className="pane-head">
        <h2>Fail Slack</h2>
      </header>
      <div className="scroller padded">
        <p>Choose a fault and watch how your service handles it.</p>
        {problem !== undefined && <p role="alert">{problem}</p>}
        <ChoiceForm choice={choice} onChoice={setChoice} />
        <ul className="presets">
          {faultPresets.map(({ label, description, options }) => (
            <li key={label}>
              <button type="button" onClick={() => void act(addFault(withChoice(options, choice)))}>
                <strong>{label}</strong>
                <small>{description}</small>
              </button>
            </li>
          ))}
        </ul>
        <h3>Active faults</h3>
        <FaultList faults={faults} onStop={(id) => void act(stopFault(id))} />
      </div>
    </section>
  )
}

interface Choice {
  readonly channel: string
  readonly times: string
}

function ChoiceForm(props: {
  readonly choice: Choice
  readonly onChoice: (choice: Choice) => void
}): ReactNode {
  const { choice, onChoice } = props
  const { channels } = useInbox().state.workspace
  return (
    <div className="fault-choice">
      <label>
        Where{' '}
        <select
          value={choice.channel}
          onChange={(event) => {
            onChoice({ ...choice, channel: event.target.value })
          }}
        >
          <option value="">every request</option>
          {channels.map(({ id, name }) => (
            <option key={id} value={id}>
              #{name}
            </option>
          ))}
        </select>
      </label>
      <label>
        How often{' '}
        <select
          value={choice.times}
          onChange={(event) => {
            onChoice({ ...choice, times: event.target.value })
          }}
        >
          <option value="">until stopped</option>
          <option value="1">once</option>
          <option value="3">3 times</option>
          <option value="10">10 times</option>
        </select>
      </label>
    </div>
  )
}

function withChoice(options: FaultOptions, { channel, times }: Choice): FaultOptions {
  return {
    ...options,
    ...(channel === '' ? {} : { channel }),
    ...(times === '' ? {} : { times: Number(times) }),
  }
}

function FaultList(props: {
  readonly faults: readonly ListedFault[]
  readonly onStop: (id: number) => void
}): ReactNode {
  if (props.faults.length === 0) return <p>No fault is active.</p>
  return (
    <ul className="active-faults">
      {props.faults.map(({ id, options, hits }) => (
        <li key={id}>
          <code>{JSON.stringify(options)}</code> <span>hit {hits}×</span>{' '}
          <button
            type="button"
            onClick={() => {
              props.onStop(id)
            }}
          >
            Stop
          </button>
        </li>
      ))}
    </ul>
  )
}

interface FaultPreset {
  readonly label: string
  readonly description: string
  readonly options: FaultOptions
}

const faultPresets: readonly FaultPreset[] = [
  {
    label: 'Rate limit',
    description: 'HTTP 429 with Retry-After: 5',
    options: { retryAfter: 5 },
  },
  {
    label: 'Slack is down',
    description: 'HTTP 503 with a page of HTML',
    options: { status: 503, html: true },
  },
  {
    label: 'Slow',
    description: 'every response comes after 5 seconds',
    options: { delayMs: 5000 },
  },
  { label: 'Hang', description: 'no response ever comes', options: { hang: true } },
  {
    label: 'Connection reset',
    description: 'the connection breaks before a response',
    options: { reset: true },
  },
  {
    label: 'Response lost',
    description: 'Slack accepts the message, and the response is lost',
    options: { loseAnswer: true },
  },
  {
    label: 'Invalid JSON',
    description: 'the response is truncated JSON',
    options: { garbage: true },
  },
  {
    label: 'Token revoked',
    description: 'ok: false, token_revoked',
    options: { error: 'token_revoked' },
  },
  {
    label: 'Channel not found',
    description: 'ok: false, channel_not_found',
    options: { error: 'channel_not_found' },
  },
  {
    label: 'Blocks rejected',
    description: 'ok: false, invalid_blocks',
    options: { error: 'invalid_blocks' },
  },
]
