import * as fs from 'node:fs'
import {
  closeSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  nat,
  oneof,
  option,
  property,
  record,
  type Arbitrary,
} from 'fast-check'
import { expect, test } from 'vitest'
import type { FileSystem } from '../../src/environment.ts'
import type { IncidentSnapshot } from '../../src/incident/snapshot.ts'
import { type Adopted, mergeContents } from '../../src/journal/adopt.ts'
import { readJournal } from '../../src/journal/reader.ts'
import type { JournalRecord } from '../../src/journal/records.ts'
import { type Host, JournalProcess } from './journal-process.ts'

/** What happens to one of two processes. Numbers choose among what there is. */
type Step = { readonly on: 0 | 1; readonly to: number } & (
  | { readonly what: 'fail' | 'failAgain'; readonly isFatal: boolean }
  | { readonly what: 'post'; readonly many: number }
  | { readonly what: 'accept' | 'save' | 'heartbeat' | 'kill' | 'close' }
  /** Killed at one of its calls of the file system. */
  | { readonly what: 'adopt'; readonly killAt: number | undefined }
)

function step(given: Arbitrary<object>): Arbitrary<Step> {
  const place = record({ on: constantFrom(0, 1), to: nat(1000) })
  return place.chain((where) => given.map((rest) => ({ ...where, ...rest }) as Step))
}

const anyStep: Arbitrary<Step> = oneof(
  { weight: 5, arbitrary: step(record({ what: constant('fail'), isFatal: boolean() })) },
  { weight: 4, arbitrary: step(record({ what: constant('failAgain'), isFatal: boolean() })) },
  { weight: 4, arbitrary: step(record({ what: constant('post'), many: nat(3) })) },
  { weight: 4, arbitrary: step(record({ what: constant('accept') })) },
  { weight: 2, arbitrary: step(record({ what: constantFrom('save', 'heartbeat') })) },
  { weight: 2, arbitrary: step(record({ what: constantFrom('kill', 'close') })) },
  {
    weight: 3,
    arbitrary: step(
      record({ what: constant('adopt'), killAt: option(nat(24), { nil: undefined, freq: 2 }) }),
    ),
  },
)

/** A problem as the processes know it. */
interface Problem {
  /** Occurrences that were logged. */
  logged: number
  decided: number
  /** What people have seen for certain. */
  shown: number
  /** Whether a process died in the middle of writing something about it. */
  isUncertain: boolean
}

interface Running {
  readonly process: JournalProcess
  readonly own: Set<string>
  readonly posts: Map<string, readonly { readonly name: string; readonly alert: number }[]>
  /** Calls of the file system until the process is killed. */
  callsLeft: number
  isDead: boolean
}

/** Two processes at a time on one host, and what they should leave. */
class Model {
  readonly root = mkdtempSync(join(tmpdir(), 'slack-logger-model-'))
  readonly #problems = new Map<string, Problem>()
  /** What processes that have ended left and no other one took over. */
  readonly #left = new Set<string>()
  /** Whether a process was killed while it took something over: two files may have the same in them. */
  hasCopies = false
  readonly #mistakes: string[] = []
  readonly #host: Host
  readonly #killAfter: (number | undefined)[]
  /** The descriptors that processes left open. */
  readonly #open = new Set<number>()
  readonly #running: [Running, Running]
  #now = 1_800_000_000_000
  #lastPid = 0
  #lastPost = 0

  constructor(killAfter: readonly (number | undefined)[]) {
    const clock = { now: () => this.#now, setTimer: () => ({ cancel: () => undefined }) }
    this.#host = { root: this.root, clock, alive: new Set() }
    this.#killAfter = [...killAfter]
    this.#running = [this.#start(), this.#start()]
  }

  do(given: Step): void {
    this.#now += 1000
    const running = this.#running[given.on]
    const touched = this.#apply(running, given)
    if (!running.isDead) return
    if (given.what === 'adopt' || given.what === 'heartbeat') this.hasCopies = true
    for (const name of touched) this.#problem(name).isUncertain = true
    this.#end(given.on)
  }

  /** All processes end without any last write. */
  killAll(): void {
    this.#end(0)
    this.#end(1)
    this.#now += 6000
  }

  /** What was wrong in what processes took over; at the end, also what none of them did. */
  get mistakes(): readonly string[] {
    const lost = [...this.#left].filter((name) => !this.#problem(name).isUncertain)
    return [...this.#mistakes, ...lost.map((name) => `${name} was lost`)]
  }

  /** Two heirs: the second one takes over at one moment while the first one does. */
  inherit(atCall: number): readonly [JournalProcess, JournalProcess] {
    const second = new JournalProcess(this.#host, {
      pid: this.#pid(),
      fileSystem: watched((call) => call(), this.#open),
    })
    let calls = 0
    const fileSystem = watched((call) => {
      calls += 1
      if (calls === atCall + 1) second.adopt()
      return call()
    }, this.#open)
    const first = new JournalProcess(this.#host, { pid: this.#pid(), fileSystem })
    first.adopt()
    second.adopt()
    this.#now += 6000
    second.adopt()
    for (const { snapshots } of [first, second])
      for (const snapshot of snapshots) this.#check(snapshot)
    return [first, second]
  }

  /** The paths of the journals. */
  get paths(): readonly string[] {
    const folder = join(this.root, 'spool')
    if (!existsSync(folder)) return []
    const names = readdirSync(folder).filter((name) => name.endsWith('.journal'))
    return names.map((name) => join(folder, name))
  }

  /** The texts of the journals. */
  get texts(): readonly string[] {
    return this.paths.map((path) => readFileSync(path, 'utf8'))
  }

  get now(): number {
    return this.#now
  }

  [Symbol.dispose](): void {
    for (const descriptor of this.#open) closeSync(descriptor)
    rmSync(this.root, { recursive: true, force: true })
  }

  #pid(): number {
    this.#lastPid += 1
    return this.#lastPid
  }

  #start(): Running {
    const callsLeft = this.#killAfter.shift() ?? Number.POSITIVE_INFINITY
    const running = { own: new Set<string>(), posts: new Map(), callsLeft, isDead: false }
    const fileSystem = watched((call, writePart) => {
      if (state.isDead) throw new Error('killed')
      if (state.callsLeft > 0) {
        state.callsLeft -= 1
        return call()
      }
      state.isDead = true
      writePart?.()
      throw new Error('killed')
    }, this.#open)
    const process = new JournalProcess(this.#host, { pid: this.#pid(), fileSystem })
    const state: Running = Object.assign(running, { process })
    return state
  }

  #end(on: 0 | 1): void {
    const { own, process } = this.#running[on]
    process.kill()
    for (const name of own) this.#left.add(name)
    this.#running[on] = this.#start()
  }

  #problem(name: string): Problem {
    const known = this.#problems.get(name)
    if (known !== undefined) return known
    const created = { logged: 0, decided: 0, shown: 0, isUncertain: false }
    this.#problems.set(name, created)
    return created
  }

  /** @returns what the step is about */
  #apply(running: Running, given: Step): readonly string[] {
    const { process, own, posts } = running
    const [name] = [...own].slice(given.to % Math.max(1, own.size))
    switch (given.what) {
      case 'fail':
        return this.#fail(running, `f${this.#problems.size}`, given.isFatal)
      case 'failAgain':
        return name === undefined ? [] : this.#fail(running, name, given.isFatal)
      case 'post': {
        const from = given.to % Math.max(1, own.size)
        const names = [...own].slice(from, from + given.many + 1)
        const shows = names.map((each) => ({ name: each, alert: this.#problem(each).decided }))
        this.#lastPost += 1
        const id = `p${this.#lastPost}`
        posts.set(id, shows)
        process.post(id, ...names)
        return []
      }
      case 'accept': {
        const [id] = [...posts.keys()].slice(given.to % Math.max(1, posts.size))
        const shows = posts.get(id ?? '') ?? []
        posts.delete(id ?? '')
        for (const { name: each, alert } of shows) {
          const problem = this.#problem(each)
          problem.shown = Math.max(problem.shown, alert)
        }
        if (id !== undefined) process.accept(id)
        return shows.map((each) => each.name)
      }
      case 'save':
        process.journal.save()
        return []
      case 'heartbeat':
        this.#now += 60_000
        this.#adopt(running, () => process.journal.tick(this.#now))
        return []
      case 'adopt':
        this.#now += 6000
        running.callsLeft = Math.min(running.callsLeft, given.killAt ?? running.callsLeft)
        this.#adopt(running, () => void process.adopt())
        return []
      case 'kill':
        this.#end(given.on)
        return []
      case 'close':
        process.close()
        if (!running.isDead) this.#end(given.on)
        return []
    }
  }

  #fail({ process, own }: Running, name: string, isFatal: boolean): readonly string[] {
    const problem = this.#problem(name)
    own.add(name)
    problem.logged += 1
    if (problem.logged === 1 || isFatal) problem.decided += 1
    process.fail(name, { isFatal })
    return [name]
  }

  #adopt(running: Running, adopt: () => void): void {
    const { process, own } = running
    const before = process.snapshots.length
    adopt()
    if (running.isDead) return
    for (const snapshot of process.snapshots.slice(before)) {
      this.#check(snapshot)
      own.add(snapshot.fingerprint)
    }
    process.alertAdopted()
  }

  /** Checks what was found of one problem that a process left. */
  #check({ fingerprint, adopted, count, event, alerts }: IncidentSnapshot): void {
    const { logged, decided, shown, isUncertain } = this.#problem(fingerprint)
    const isUnsent = adopted !== undefined
    const wrong = {
      'was left by no process': !this.#left.delete(fingerprint),
      'counts too much': count > logged,
      'shows too much': alerts.shown > shown,
      'has no event': isUnsent && event?.message !== fingerprint,
      'was sent': isUnsent && decided <= shown && !isUncertain,
      'was not sent': !isUnsent && decided > shown && !isUncertain,
    }
    for (const [what, isWrong] of Object.entries(wrong))
      if (isWrong) this.#mistakes.push(`${fingerprint} ${what}`)
  }
}

/** The file system, with each call passed through a function. */
function watched(
  through: (call: () => unknown, writePart?: () => void) => unknown,
  open: Set<number>,
): FileSystem {
  const calls = Object.entries(fs).flatMap(([name, use]: [string, unknown]) => {
    if (!name.endsWith('Sync') || typeof use !== 'function') return []
    const call = (...given: unknown[]): unknown => {
      const [descriptor, text] = given as [number, string]
      const writePart = (): void => void fs.writeSync(descriptor, text.slice(0, text.length / 2))
      const result = through(
        () => Reflect.apply(use, fs, given) as unknown,
        name === 'writeSync' ? writePart : undefined,
      )
      if (name === 'openSync') open.add(result as number)
      if (name === 'closeSync') open.delete(descriptor)
      return result
    }
    return [[name, call]]
  })
  return Object.fromEntries(calls) as FileSystem
}

const anyHistory = record({
  steps: array(anyStep, { maxLength: 40, size: 'max' }),
  killAfter: array(option(nat(40), { nil: undefined, freq: 2 }), { maxLength: 6, size: 'max' }),
})

function runHistory(given: {
  readonly steps: readonly Step[]
  readonly killAfter: readonly (number | undefined)[]
}): Model {
  const model = new Model(given.killAfter)
  for (const each of given.steps) model.do(each)
  model.killAll()
  return model
}

test('whatever happens, two heirs together take over everything once, and nothing that was sent as unsent', () => {
  assert(
    property(anyHistory, nat(60), (history, atCall) => {
      using model = runHistory(history)
      // Two heirs that share copies of one file may both send what is in them.
      model.inherit(model.hasCopies ? Number.POSITIVE_INFINITY : atCall)

      expect(model.mistakes).toEqual([])
    }),
    { numRuns: 200 },
  )
})

/** What is left unsent, by the lines that can be read. */
function unsentIn(lines: readonly string[]): ReadonlyMap<string, number> {
  const shown = new Map<string, number>()
  const decided = new Map<string, number>()
  const isShown = (key: string, alert: number): void =>
    void shown.set(key, Math.max(alert, shown.get(key) ?? 0))
  const take = ({ channel, fingerprint, alerts, adopted }: IncidentSnapshot): void => {
    const key = `${channel} ${fingerprint}`
    isShown(key, alerts.shown)
    const isOpen = adopted !== undefined
    decided.set(key, Math.max(alerts.decided, isOpen ? (shown.get(key) ?? 0) + 1 : 0))
  }
  for (const line of lines) {
    const each = JSON.parse(line) as JournalRecord
    if (each.kind === 'occurrence') {
      const key = `${each.channel} ${each.fingerprint}`
      if (!decided.has(key)) isShown(key, each.alert - 1)
      decided.set(key, each.alert)
    } else if (each.kind === 'sent')
      for (const [key, alert] of Object.entries(each.names)) {
        if (decided.has(key)) isShown(key, alert)
      }
    else if (each.kind === 'incident') take(each)
    else if (each.kind === 'adopted') for (const snapshot of each.incidents) take(snapshot)
  }
  return new Map([...decided].filter(([key, alert]) => alert > (shown.get(key) ?? 0)))
}

/** The lines that cannot be read, here and in files that were taken over. */
function unreadableIn(lines: readonly string[]): number {
  const counts = lines.map((line) => {
    if (!isJson(line)) return line === '' ? 0 : 1
    const each = JSON.parse(line) as JournalRecord
    return each.kind === 'adopted' ? each.losses.unreadable : 0
  })
  return counts.reduce((sum, count) => sum + count, 0)
}

function read(text: string, now: number): Adopted | undefined {
  const content = readJournal(text)
  return content && mergeContents([content], now)
}

function unsentOf({ incidents }: Adopted): readonly string[] {
  return incidents
    .filter(({ adopted }) => adopted !== undefined)
    .map(({ channel, fingerprint }) => `${channel} ${fingerprint}`)
    .toSorted()
}

test('a file that ends anywhere is read up to there', () => {
  assert(
    property(anyHistory, nat(), (history, at) => {
      using model = runHistory(history)
      for (const text of model.texts) {
        const bytes = Buffer.from(text)
        // A file gets its name only once its first line is complete.
        const from = bytes.indexOf('\n')
        const cut = bytes.subarray(0, from + (at % (bytes.length - from + 1))).toString('utf8')
        const [, ...lines] = cut.split('\n')
        const adopted = read(cut, model.now)
        const isLine = (line: string): boolean => text.includes(`\n${line}\n`)
        const whole = lines.filter((line) => line !== '' && isLine(line) && isJson(line))
        expect(adopted && unsentOf(adopted)).toEqual([...unsentIn(whole).keys()].toSorted())
        expect(adopted?.losses.unreadable).toBe(unreadableIn(lines))
      }
    }),
    { numRuns: 80 },
  )
})

function isJson(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

const anyDamage: Arbitrary<(line: string, at: number) => string> = constantFrom(
  () => '###',
  () => 'null',
  () => '[]',
  () => '{"kind":"nope"}',
  () => '{"kind":"occurrence","fingerprint":"f0","channel":"#alerts"}',
  () => '{"kind":"incident","alerts":null}',
  () => '{"kind":"sent","id":7,"names":[]}',
  () => '{"__proto__":{"kind":"ended"}}',
  (line: string, at: number) => line.slice(0, at % line.length),
  (line: string, at: number) => line.slice(1 + (at % (line.length - 1))),
)

test('a damaged line loses what it said and nothing else, and is counted', () => {
  assert(
    property(anyHistory, nat(), nat(), anyDamage, (history, which, at, damage) => {
      using model = runHistory(history)
      for (const text of model.texts) {
        const [header = '', ...lines] = text.trimEnd().split('\n')
        if (lines.length === 0) continue
        const index = which % lines.length
        const line = lines[index] ?? ''
        const damaged = damage(line, at)
        const others = lines.toSpliced(index, 1)

        const adopted = read([header, ...lines.with(index, damaged)].join('\n'), model.now)

        const readable = others.filter(isJson)
        expect(adopted && unsentOf(adopted)).toEqual([...unsentIn(readable).keys()].toSorted())
        const lost = damaged === '' ? 0 : 1
        expect(adopted?.losses.unreadable).toBe(unreadableIn(others) + lost)
      }
    }),
    { numRuns: 80 },
  )
})

test('whatever is in the files, the next process starts', () => {
  assert(
    property(anyHistory, array(record({ at: nat(), byte: nat(255) })), (history, changes) => {
      using model = runHistory(history)
      for (const path of model.paths) {
        const bytes = readFileSync(path)
        for (const { at, byte } of changes) bytes[at % bytes.length] = byte
        writeFileSync(path, bytes)
      }

      const heirs = model.inherit(Number.POSITIVE_INFINITY)

      for (const heir of heirs) {
        heir.alertAdopted()
        heir.fail('new')
        expect(heir.holds('new')).toBe(true)
        for (const trouble of heir.troubles) expect(trouble).toContain('set aside')
      }
    }),
    { numRuns: 80 },
  )
})
