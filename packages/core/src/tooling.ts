/**
 * Parts for the command line, by the name `@slack-logger/core/tooling`. They change without notice: the package `slack-logger` requires
 * its own version of the core.
 *
 * @module
 */
export { resolveEnvironment } from './environment.ts'
export { heedsProxyVariables } from './http.ts'
export { journalFolderOf, prepareFolder, reasonOf } from './journal/folder.ts'
export { resolveOptions, type ResolvedOptions } from './options/resolve.ts'
export { secretsOf } from './options/target.ts'
export { chooseFetch, recipientOf } from './slack/create-destination.ts'
