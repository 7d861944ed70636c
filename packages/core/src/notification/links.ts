import type { IncidentView } from '../incident/incident.ts'
import { escapeMrkdwn, literalMrkdwn } from '../slack/blocks/mrkdwn.ts'
import { maxUrl } from '../slack/limits.ts'
import type { MessageSettings } from './settings.ts'
import { cleanText, headOf } from './text.ts'

/** A link that the program's owner asked for. */
export interface Link {
  readonly label: string
  readonly url: string
}

/** Ids are shown by their beginning. */
const shownId = 8
const maxName = 40

/** The links whose templates can be filled in for this incident. */
export function linksOf(view: IncidentView, settings: MessageSettings): readonly Link[] {
  return Object.entries(settings.links).flatMap(([name, template]) => {
    const url = fillTemplate(template, view, settings)
    if (url === undefined) return []
    const id = template.includes('{trace_id}')
      ? headOf(cleanText(view.sample.traceId ?? ''), shownId)
      : undefined
    const title = headOf(cleanText(name), maxName)
    const label = title.charAt(0).toUpperCase() + title.slice(1)
    return [{ label: id === undefined ? label : `${label} ${id}`, url }]
  })
}

/** A link in mrkdwn. */
export function showLink({ label, url }: Link): string {
  return `<${escapeMrkdwn(url)}|${literalMrkdwn(label.replaceAll('|', '¦'))}>`
}

function fillTemplate(
  template: string,
  view: IncidentView,
  settings: MessageSettings,
): string | undefined {
  const trusted: Readonly<Record<string, unknown>> = {
    service: settings.service,
    environment: settings.environment,
    release: settings.release ?? view.releases.at(-1),
    fingerprint: view.fingerprint,
  }
  const prefilled = template.replace(
    placeholder,
    (whole, name: string) => encode(trusted[name]) ?? whole,
  )
  // What a record holds may fill in a part of an address, but never choose the server.
  if (!/^https?:\/\/[^/?#{}\s]+(?:[/?#]|$)/.test(prefilled)) return undefined
  let isComplete = true
  const url = prefilled.replace(placeholder, (_whole, name: string) => {
    const value = encode(valueOf(name, view))
    if (value === undefined) isComplete = false
    return value ?? ''
  })
  return isComplete && url.length <= maxUrl && URL.canParse(url) ? url : undefined
}

const placeholder = /\{([^{}]*)\}/g

function valueOf(name: string, { sample }: IncidentView): unknown {
  if (name === 'trace_id') return sample.traceId
  if (name === 'request_id') return sample.requestId
  return Object.hasOwn(sample.fields, name) ? sample.fields[name] : undefined
}

/** Only plain values fit into an address; dots alone would climb in its path. */
function encode(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string' || /^\.*$/.test(value)) return undefined
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\ufffd'))
}
