/**
 * Parts for the command line, by the name `@slack-logger/core/tooling`. They change without notice: the package `slack-logger` requires
 * its own version of the core.
 *
 * @module
 */
export { resolveEnvironment } from './environment.ts'
export { readLoggersRecord } from './event/logger-records.ts'
export { completeRecord, liftMetadata } from './event/raw-record.ts'
export { heedsProxyVariables } from './http.ts'
export { RecordView } from './incident/record-view.ts'
export { journalFolderOf, prepareFolder, reasonOf } from './journal/folder.ts'
export { severityOf } from './options/levels.ts'
export { resolveMatch } from './options/matchers.ts'
export { resolveOptions, type ResolvedOptions } from './options/resolve.ts'
export { secretsOf } from './options/target.ts'
export { textLimits } from './slack/limits.ts'
export { chooseFetch, recipientOf } from './slack/create-destination.ts'
