// `import` would read the SDK's 400 files for their names before it runs them, and so takes twice as long.
exports.loadWebApi = () => require('@slack/web-api')

// Only a service that sends through a proxy has it: of what is tried, bundlers only warn that it is missing.
exports.loadUndici = () => {
  try {
    return require('undici')
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}
