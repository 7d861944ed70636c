/**
 * Parts for the command line, by the name `@slack-logger/core/tooling`. They change without notice: the package `slack-logger` requires
 * its own version of the core.
 *
 * @module
 */
export { resolveOptions, type ResolvedOptions } from './options/resolve.ts'
