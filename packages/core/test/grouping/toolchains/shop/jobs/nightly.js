import { setTimeout as wait } from 'node:timers/promises'

class Report {
  constructor(rows) {
    this.rows = rows
  }
  async total() {
    await wait(1)
    return this.rows.reduce((sum, { amount }) => sum + amount.value, 0)
  }
  async send() {
    const total = await this.total()
    return total
  }
}

async function closeDay(day) {
  await wait(1)
  throw new Error(`day ${day} is open still`)
}

export default function archive(files) {
  files.forEach(function pack(file) {
    file.stream.end()
  })
}

export function jobProblems(add) {
  add('jobs: report', () => new Report([{}]).send())
  add('jobs: close', () => closeDay(globalThis.id(41)))
  add('jobs: archive', () => archive([{ id: globalThis.id(42) }]))
  add('jobs: timer', (report) => {
    setTimeout(function tick() {
      try {
        undefined.tick()
      } catch (error) {
        report(error)
      }
    }, 1)
  })
  add('jobs: text', () => Promise.reject(`night ${globalThis.id(44)} failed`))
}
