/**
 * Parts for the command line, by the name `@slack-logger/core/tooling`. They change without notice: the package `slack-logger` requires
 * its own version of the core.
 *
 * @module
 */
export { resolveEnvironment } from './environment.ts'
export { completeRecord, liftMetadata, severityIn } from './event/log-record.ts'
export { readLoggersRecord } from './event/logger-records.ts'
export { actInFleet } from './fleet/act.ts'
export { fleetOnServer } from './fleet/create-link.ts'
export { heedsProxyVariables } from './http.ts'
export { leaveState } from './incident/actions/apply.ts'
export { targetKey } from './incident/actions/triage.ts'
export { RecordView } from './incident/record-view.ts'
export type { IncidentSnapshot } from './incident/snapshot.ts'
export { fleetOf, journalFolderOf, prepareFolder, reasonOf } from './journal/folder.ts'
export { type JournalContent, readJournal } from './journal/reader.ts'
export { journalKey } from './journal/records.ts'
export { nameOf } from './notification/actions.ts'
export { headline } from './notification/headline.ts'
export { resolveLocale } from './notification/locale/locale.ts'
export { severityOf } from './options/levels.ts'
export { resolveMatch } from './options/matchers.ts'
export { resolveOptions, type ResolvedOptions } from './options/resolve.ts'
export { isLoopbackAddress, secretsOf } from './options/target.ts'
export { textLimits } from './slack/limits.ts'
export { chooseFetch, recipientOf } from './slack/create-destination.ts'
