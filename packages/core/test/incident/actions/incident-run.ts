import type {
  ActionAnswer,
  ActionKind,
  IncidentAction,
} from '../../../src/incident/actions/action.ts'
import { targetKey } from '../../../src/incident/actions/triage.ts'
import type { Incident } from '../../../src/incident/incident.ts'
import { Incidents } from '../../../src/incident/incidents.ts'
import { milestonePolicy } from '../../../src/incident/policies/milestone.ts'
import { minute, routeWith, start } from '../policies/policy-run.ts'

const owner = '0123456789abcdef'

/** One problem of a service whose first release is `v1`, with what people see of it. */
export class IncidentRun {
  now: number = start
  /** Each an alert with its reason, or a line of the thread. */
  readonly shown: string[] = []
  readonly incidents: Incidents
  #acted = 0

  constructor({ release = 'v1' }: { readonly release?: string | undefined } = {}) {
    const route = routeWith(milestonePolicy)
    this.incidents = new Incidents({
      openThread: () => ({
        notify: ({ reason }) => void this.shown.push(`alert ${reason}`),
        note: (note) =>
          void this.shown.push(
            'muted' in note && note.kind === 'unmuted' ? `unmuted ${note.muted.missed}` : note.kind,
          ),
        count: () => undefined,
        resume: () => undefined,
        edit: (given) => {
          if (given?.priority === 'action') this.shown.push('root')
        },
        update: () => undefined,
        root: 'C1/1.2',
        position: undefined,
      }),
      openStorm: () =>
        ({
          notify: () => undefined,
          count: () => undefined,
          list: () => undefined,
          update: () => undefined,
          tick: () => undefined,
        }) as never,
      routes: { to: () => route, like: () => route, default: route },
      toWall: (time) => time,
      onUnknown: () => undefined,
      isIdle: () => true,
      journal: undefined,
      actions: {
        owner,
        release: release === '' ? undefined : release,
        fromWall: (time) => time,
        redact: (text) => text,
      },
    })
    this.occur({ release })
    this.pass(6 * minute)
    this.shown.length = 0
  }

  get incident(): Incident {
    const [incident] = this.incidents.all()
    if (incident === undefined) throw new Error('no incident')
    return incident
  }

  occur({ release = 'v1', isFatal = false, times = 1, fingerprint = 'g1:charge' } = {}): void {
    for (let time = 0; time < times; time += 1)
      this.incidents.take({
        now: this.now,
        fingerprint,
        route: routeWith(milestonePolicy),
        isFatal,
        host: undefined,
        release: release === '' ? undefined : release,
        keep: () => ({ event: undefined as never }),
        variation: () => '',
        place: () => undefined,
      })
  }

  act(kind: ActionKind | 'note', given: Partial<IncidentAction> = {}): ActionAnswer {
    this.#acted += 1
    const action: IncidentAction = {
      id: `action ${this.#acted}`,
      kind,
      target: { owner, key: targetKey('g1:charge') },
      by: { user: 'U1', name: 'Jane', via: 'button' },
      at: this.now,
      ...given,
    }
    return this.incidents.act(action, this.now)
  }

  pass(ms: number): void {
    const until = this.now + ms
    while (this.incidents.dueAt <= until) {
      this.now = Math.max(this.now, this.incidents.dueAt)
      this.incidents.tick(this.now)
    }
    this.now = until
  }
}
