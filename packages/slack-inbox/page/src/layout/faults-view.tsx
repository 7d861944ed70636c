import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { addFault, fetchFaults, stopFault } from '../inbox/inbox-api.ts'
import type { ActiveFault, FaultOptions } from '../inbox/inbox-api.ts'
import { useInbox } from '../inbox/use-inbox.ts'
import { faultPresets } from './fault-presets.ts'

/** Makes Slack fail, so that one sees what one's service does then. */
export function FaultsView(): ReactNode {
  const [active, setActive] = useState<readonly ActiveFault[]>([])
  const [problem, setProblem] = useState<string>()
  const [choice, setChoice] = useState<Choice>({ channel: '', times: '' })
  const [change, setChange] = useState(0)
  useEffect(() => {
    const abort = new AbortController()
    const ask = (): void => {
      fetchFaults(abort.signal).then(setActive, (error: unknown) => {
        if (!abort.signal.aborted) setProblem(String(error))
      })
    }
    ask()
    const timer = setInterval(ask, 1000)
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
        <p>Pick what goes wrong, and watch what your service does.</p>
        {problem !== undefined && <p role="alert">{problem}</p>}
        <ChoiceForm choice={choice} onChoice={setChoice} />
        <ul className="presets">
          {faultPresets.map(({ label, explained, options }) => (
            <li key={label}>
              <button type="button" onClick={() => void act(addFault(withChoice(options, choice)))}>
                <strong>{label}</strong>
                <small>{explained}</small>
              </button>
            </li>
          ))}
        </ul>
        <h3>Switched on</h3>
        <Active active={active} onStop={(id) => void act(stopFault(id))} />
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

function Active(props: {
  readonly active: readonly ActiveFault[]
  readonly onStop: (id: number) => void
}): ReactNode {
  if (props.active.length === 0) return <p>Nothing: Slack is well.</p>
  return (
    <ul className="active-faults">
      {props.active.map(({ id, options, hits }) => (
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
