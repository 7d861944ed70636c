/** The levels of a logger, as pino sends them to its stream. */
export interface PinoLevels {
  readonly labels: Readonly<Record<number, string>>
  readonly values: Readonly<Record<string, number>>
}

const errorSeverity = 50

/** The levels that loggers have in common, as core has them. */
interface CommonLevels {
  /** The severity of a label. */
  readonly severityOfLabel: (label: string) => number | undefined
  readonly pinoLabels: PinoLevels['labels']
}

interface LevelScaleDeps {
  /** The logger's own levels; without any its numbers are pino's. */
  readonly levels?: PinoLevels | undefined
  /** Severities by label, from the options. */
  readonly own?: Readonly<Record<string, number>> | undefined
  readonly common: CommonLevels
}

/** A number of a level, and its severity. */
type Anchor = readonly [number: number, severity: number]

/**
 * Reads a logger's levels on pino's scale, also where its numbers are others or grow downwards.
 *
 * The label decides: by the options, else by what loggers call their levels. A level with a label of its own lies between those that
 * are known, as its number does.
 */
export class LevelScale {
  /** By label. */
  readonly severities: Readonly<Record<string, number>>
  readonly #severityOfLabel: CommonLevels['severityOfLabel']
  readonly #labels: PinoLevels['labels']
  readonly #ownLabels: PinoLevels['labels']
  readonly #anchors: readonly Anchor[]
  readonly #isOnPinosScale: boolean
  readonly #byNumber = new Map<number, number>()

  constructor({ levels, own: given, common }: LevelScaleDeps) {
    const { severityOfLabel, pinoLabels } = common
    const own = given ?? {}
    this.#severityOfLabel = severityOfLabel
    this.#labels = levels?.labels ?? pinoLabels
    this.#ownLabels = Object.fromEntries(Object.entries(own).map(([label, at]) => [at, label]))
    const known = (label: string): number | undefined =>
      Object.hasOwn(own, label) ? own[label] : severityOfLabel(label)
    this.#anchors = Object.entries(this.#labels)
      .flatMap(([number, label]): Anchor[] => {
        const severity = known(label)
        return severity === undefined ? [] : [[Number(number), severity]]
      })
      .toSorted(([one], [other]) => one - other)
    const numbers = Object.keys(this.#labels).map(Number)
    this.#isOnPinosScale = numbers.some((number) => number >= errorSeverity)
    const values = Object.entries(levels?.values ?? {})
    this.severities = {
      ...Object.fromEntries(
        values.map(([label, number]) => [label, known(label) ?? this.severityOf(number)]),
      ),
      ...own,
    }
  }

  /** Whether a value is a level of the logger, or a label that loggers have in common. */
  has(value: unknown): boolean {
    if (typeof value === 'number') return this.#labels[value] !== undefined
    if (typeof value !== 'string') return false
    return Object.hasOwn(this.severities, value) || this.#severityOfLabel(value) !== undefined
  }

  labelOf(number: number): string {
    return this.#labels[number] ?? this.#ownLabels[number] ?? String(number)
  }

  severityOf(number: number): number {
    let severity = this.#byNumber.get(number)
    if (severity === undefined) {
      severity = this.#locate(number)
      if (this.#byNumber.size < maxNumbers) this.#byNumber.set(number, severity)
    }
    return severity
  }

  #locate(number: number): number {
    if (this.#labels[number] === undefined) {
      // A level of a child logger, which pino does not send.
      if (number in this.#ownLabels) return number
      const syslog = this.#isOnPinosScale ? syslogSeverities[number] : undefined
      if (syslog !== undefined) return syslog
    }
    const above = this.#anchors.findIndex(([at]) => at >= number)
    const [first, last] = [this.#anchors[0], this.#anchors.at(-1)]
    if (first === undefined || last === undefined) {
      // Numbers that would never alert are no severities.
      return this.#isOnPinosScale ? number : errorSeverity
    }
    const direction = last[1] < first[1] ? -1 : 1
    if (above === 0) return Math.max(0, first[1] - (first[0] - number) * direction)
    if (above < 0) return Math.max(0, last[1] + (number - last[0]) * direction)
    return between(this.#anchors[above - 1] ?? first, this.#anchors[above] ?? last, number)
  }
}

/** The severities of syslog's numbers, which formatters write in place of pino's. */
const syslogSeverities: readonly number[] = [60, 60, 60, 50, 40, 35, 30, 20]

/** Lines of other loggers may have any numbers. */
const maxNumbers = 100

function between([below, low]: Anchor, [above, high]: Anchor, number: number): number {
  return low + ((high - low) * (number - below)) / (above - below)
}
