const { createRequire } = require('node:module')
const path = require('node:path')

// `import` would read the SDK's 400 files for their names before it runs them, and so takes twice as long.
exports.loadWebApi = () => require('@slack/web-api')

// Only a service with a report needs a calendar.
exports.loadCroner = () => require('croner')

// Only a service that sends through a proxy has it.
exports.loadUndici = () => findOptional((load) => load('undici'))

// Only a service on many hosts has it.
exports.loadRedisLink = () => findOptional((load) => load('@slack-logger/redis'))

// Its worker loads it from its path.
exports.resolveSocketMode = () => findOptional((load) => load.resolve('@slack/socket-mode'))

// What only some services have is found at run time: bundlers would warn where it is missing. A package manager that keeps packages
// apart may have put it where the application finds it and this package does not.
function findOptional(find) {
  const own = typeof __filename === 'string' ? __filename : ''
  const places = [own, process.argv[1] ?? '', path.join(process.cwd(), 'app.js')]
  for (const place of places.filter((file) => path.isAbsolute(file))) {
    try {
      return find(createRequire(place))
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  return undefined
}
