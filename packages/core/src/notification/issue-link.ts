import type { IncidentView } from '../incident/incident.ts'
import { endpointOf, headline, serviceOf } from './headline.ts'
import { wordsFor } from './locale/locale.ts'
import type { NotificationSettings } from './notification.ts'
import { showCount, utcTime, joinTexts, shortText } from './text.ts'
import { stackSection, trimSection } from './stack.ts'
import { showRelease } from './actions.ts'

/** How a tracker names the parts of an issue in an address, and formats code. */
interface Tracker {
  readonly title: string
  readonly body: string
  readonly code: (text: string) => string
}

const fenced = (text: string): string => `\`\`\`\n${text.replaceAll('```', "'''")}\n\`\`\``
const github: Tracker = { title: 'title', body: 'body', code: fenced }
const gitlab: Tracker = { title: 'issue[title]', body: 'issue[description]', code: fenced }
const jira: Tracker = {
  title: 'summary',
  body: 'description',
  code: (text) => `{noformat}\n${text.replaceAll('{noformat}', '')}\n{noformat}`,
}

const maxTitle = 120
/** Servers take some kilobytes, and a message has to hold the address. */
const maxUrl = 2000
/** The longest stacks that are tried, in characters. */
const stackLengths = [1200, 800, 500, 300, 150, 0]

/**
 * The address of a form with an issue about an incident, filled in: by the address, one of GitHub (and Gitea), GitLab or Jira.
 *
 * @param messageUrl the address of the incident's message
 * @returns `undefined` for an address of anything else
 */
export function fillIssue(
  address: string,
  view: IncidentView,
  settings: NotificationSettings,
  messageUrl: string | undefined,
): string | undefined {
  const tracker = trackerOf(address)
  if (tracker === undefined) return undefined
  const url = new URL(address)
  url.searchParams.set(tracker.title, headline(view.sample, settings, maxTitle))
  for (const maxStack of stackLengths) {
    const texts = [describeIncident(view, settings), stackOf(view, settings, maxStack)]
    // What a record holds is code, in which nothing mentions or links.
    const body = [tracker.code(joinTexts(texts, '\n\n')), messageUrl]
    url.searchParams.set(tracker.body, joinTexts(body, '\n\n'))
    if (url.href.length <= maxUrl) return url.href
  }
  return undefined
}

function trackerOf(address: string): Tracker | undefined {
  const { hostname, pathname } = new URL(address)
  if (/\/CreateIssue/i.test(pathname) || hostname.endsWith('.atlassian.net')) return jira
  if (!/\/issues\/new\/?$/.test(pathname)) return undefined
  return pathname.includes('/-/') || hostname.includes('gitlab') ? gitlab : github
}

/** `checkout · production · v1.8.2 · POST /orders/:id · 1,204 since 2026-11-29 14:02 UTC` */
function describeIncident(view: IncidentView, settings: NotificationSettings): string {
  const { sample, count, firstSeen, releases } = view
  const { storm } = wordsFor(settings.locale)
  const release = releases.at(-1) ?? settings.release ?? ''
  return joinTexts(
    [
      shortText(serviceOf(sample, settings), settings.sanitize, 60),
      settings.environment,
      release === '' ? '' : showRelease(shortText(release, settings.sanitize, 60)),
      endpointOf(sample, settings),
      `×${showCount(count)} ${storm.since(utcTime(firstSeen, 'date'))}`,
    ],
    ' · ',
  )
}

function stackOf(
  { sample: { error } }: IncidentView,
  { locale }: NotificationSettings,
  maxStack: number,
): string {
  if (error?.stack === undefined || maxStack === 0) return ''
  return trimSection(stackSection(error, wordsFor(locale)), maxStack)
}
