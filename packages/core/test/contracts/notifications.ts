import type { Notification } from '../../src/index.ts'
import { eventWith } from '../notification/samples.ts'

type OfKind<Kind extends Notification['kind']> = Notification & { readonly kind: Kind }

const at = Date.UTC(2026, 0, 1, 12)
const look = { emoji: ':red_circle:', color: '#e01e5a' }

const event = eventWith({ message: 'charge failed', time: at })

const problem = {
  fingerprint: 'g1:charge',
  title: 'Error: the card was refused',
  count: 3,
  culprit: 'charge (src/pay.ts:7)',
}

/** A notification of each kind. */
export const notifications: { readonly [Kind in Notification['kind']]: OfKind<Kind> } = {
  root: {
    kind: 'root',
    state: 'active',
    look,
    title: 'Error: the card was refused',
    context: 'checkout · production · v1.8.2 · POST /orders/:id',
    headline: 'Error: the card was refused · checkout',
    message: 'the card was refused',
    places: [{ label: '└ ', code: 'charge (src/pay.ts:7)' }],
    facts: [
      { label: 'Count', text: '×3' },
      { label: 'Since', text: '12:00 UTC', at, format: 'time' },
    ],
    links: [{ label: 'Trace 4bf92f35', url: 'https://traces.example/4bf92f3577b34da6' }],
    notices: ['1 earlier message failed'],
    mentions: [{ kind: 'here' }, { kind: 'user', id: 'U0ADA00001' }],
    actions: {
      target: { owner: '0123456789abcdef', key: 'g1:charge' },
      offered: [
        { kind: 'resolve', label: 'Resolve' },
        { kind: 'mute', label: 'Mute…', choices: [{ choice: 'hour', label: '1 hour' }] },
      ],
    },
    why: 'new',
    sections: [
      {
        kind: 'stack',
        title: 'Stack',
        lines: [
          { text: 'Error: the card was refused', keep: 'always' },
          { text: '    at charge (src/pay.ts:7:11)', keep: 'ifRoom' },
        ],
        omitted: ['… 1 line', '… {count} lines'],
      },
      { kind: 'text', title: 'Request', text: 'POST /orders/17' },
    ],
    event,
  },
  state: {
    kind: 'state',
    at,
    line: '×10',
    isBroadcast: true,
    look,
    service: 'checkout',
    headline: 'Error: the card was refused',
    why: '10 so far',
    mentions: [{ kind: 'group', id: 'S0ONCALL01' }],
  },
  details: {
    kind: 'details',
    headline: 'Stack',
    parts: [
      { kind: 'literal', title: 'Stack', text: 'Error\n    at charge (src/pay.ts:7:11)' },
      { kind: 'prose', text: 'The error was lost: log it as ', code: 'err' },
    ],
  },
  storm: {
    kind: 'storm',
    state: 'active',
    look,
    title: '12 new problems, 408 errors',
    context: [{ text: 'checkout · since ' }, { at, format: 'time' }],
    headline: '12 new problems, 408 errors · checkout',
    cause: 'ECONNREFUSED 10.0.0.5:5432',
    problems: [problem],
    more: 'and 11 more',
    notices: [],
    why: 'many new problems at once',
    mentions: [{ kind: 'channel' }],
  },
  list: { kind: 'list', headline: '2 alerts of an earlier process', problems: [problem, problem] },
  notice: { kind: 'notice', text: 'The previous process died', at },
  report: {
    kind: 'report',
    look,
    title: '3 errors, 1 problem',
    headline: '3 errors, 1 problem · checkout',
    context: [{ text: 'checkout · since ' }, { at, format: 'date' }],
    facts: [{ label: 'Errors', text: '3 (+1)' }],
    chart: {
      title: 'Errors every 1 h',
      series: 'Errors',
      points: [
        { label: '09:00', count: 1 },
        { label: '10:00', count: 2 },
      ],
      bars: '▄█',
    },
    table: {
      columns: [
        { title: 'Problem', isNumber: false },
        { title: 'Count', isNumber: true },
      ],
      rows: [[{ text: problem.title }, { text: '3' }]],
    },
    lists: [{ title: 'New', items: [{ text: `3× ${problem.title}` }], more: 'and 2 more' }],
    notices: ['Sent late'],
    foot: '2 processes · nothing was lost',
  },
}
