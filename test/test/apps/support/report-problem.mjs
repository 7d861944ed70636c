/** Logs a problem as often as it is to be logged, and notes each call that has returned. */
export function reportProblem(kind, logger, { name, times, isFatal, hasCause }, note) {
  const log = { sink: logToSink, winston: logToWinston }[kind] ?? logToPino
  for (let time = 0; time < times; time += 1) {
    // One object that is logged several times is one failure.
    const error = new Error(`problem ${name}`, hasCause && { cause: new Error('a cause') })
    error.name = `${name[0].toUpperCase()}${name.slice(1)}Error`
    log(logger, isFatal ? 'fatal' : 'error', { error, about: `about ${name}` })
    note('logged', name)
  }
}

function logToPino(logger, level, { error, about }) {
  logger[level]({ err: error, about })
}

function logToWinston(logger, level, { error, about }) {
  logger.log(level, error.message, { error, about })
}

function logToSink(sink, level, { error, about }) {
  sink.write({ level, time: Date.now(), message: error.message, error, fields: { about } })
}
