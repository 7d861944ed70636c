const { createRequire } = require('node:module')
const path = require('node:path')

// `import` would read the SDK's 400 files for their names before it runs them, and so takes twice as long.
exports.loadWebApi = () => require('@slack/web-api')

// Its worker loads it from its path, so no bundler must resolve it. The application has it, where a package manager keeps packages apart.
exports.resolveSocketMode = () => {
  const own = typeof __filename === 'string' ? [__filename] : []
  for (const place of [...own, path.join(process.cwd(), 'app.js')]) {
    try {
      return createRequire(place).resolve('@slack/socket-mode')
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  return undefined
}

// Of what is tried, bundlers only warn that it is missing.

// Only a service that sends through a proxy has it.
exports.loadUndici = () => {
  try {
    return require('undici')
  } catch (error) {
    return unlessMissing(error)
  }
}

// Only a service on many hosts has it. A package manager may have put it where the application finds it and this package does not.
exports.loadRedisLink = () => {
  try {
    return require('@slack-logger/redis')
  } catch (error) {
    unlessMissing(error)
  }
  try {
    return createRequire(path.join(process.cwd(), 'package.json'))('@slack-logger/redis')
  } catch (error) {
    return unlessMissing(error)
  }
}

function unlessMissing(error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error
}

// Only a service with a report needs a calendar.
exports.loadCroner = () => require('croner')
