import type * as webApi from '@slack/web-api'
import type * as croner from 'croner'
import type * as undici from 'undici'

export declare function loadWebApi(): typeof webApi
export declare function loadUndici(): typeof undici | undefined
/** The package `@slack-logger/redis`, which is built after this one. */
export declare function loadRedisLink(): object | undefined
export declare function loadCroner(): typeof croner
/** The path of the package `@slack/socket-mode`; `undefined` if it is not installed. */
export declare function resolveSocketMode(): string | undefined
