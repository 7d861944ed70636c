// `import` would read the SDK's 400 files for their names before it runs them, and so takes twice as long.
exports.loadWebApi = () => require('@slack/web-api')

// Only a service that sends through a proxy has it.
exports.loadUndici = () => require('undici')
