// The core takes ten times as long to load as the rest of this package, and is needed only when a transport is made.
exports.loadCore = () => require('@slack-logger/core')
