const { readFileSync } = require('node:fs')

// Preloaded into every thread: the wall clock of this process is ahead by the milliseconds in a file, which may change at any time.
const RealDate = Date
const { WALL_CLOCK_FILE } = process.env

function now() {
  return RealDate.now() + Number(readFileSync(WALL_CLOCK_FILE, 'utf8'))
}

globalThis.Date = class Date extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [now()] : given))
  }

  static now() {
    return now()
  }
}
