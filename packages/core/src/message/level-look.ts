import type { IncidentState, IncidentView } from '../incident/incident.ts'

/** How severe something looks. */
interface Look {
  readonly emoji: string
  /** Of the bar beside the message. */
  readonly color: string
}

const fatal: Look = { emoji: '🚨', color: '#a30200' }
const error: Look = { emoji: '🔴', color: '#e01e5a' }
const warning: Look = { emoji: '🟠', color: '#ecb22e' }
const notice: Look = { emoji: '🔵', color: '#36c5f0' }

const looksOfStates: Readonly<Record<Exclude<IncidentState, 'active'>, Look>> = {
  quiet: { emoji: '⚪', color: '#9e9ea6' },
  resolved: { emoji: '✅', color: '#2eb67d' },
  muted: { emoji: '🔇', color: '#9e9ea6' },
}

/** The look of a level, on pino's scale. */
export function lookOfSeverity(severity: number): Look {
  if (severity >= 60) return fatal
  if (severity >= 50) return error
  return severity >= 40 ? warning : notice
}

/** The look of an incident: of its state when it is over, else of its level. */
export function lookOf(view: IncidentView): Look {
  return view.state === 'active' ? lookOfSeverity(view.sample.severity) : looksOfStates[view.state]
}
