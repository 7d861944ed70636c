import type * as ioredis from 'ioredis'

export declare function loadIoredis(): typeof ioredis
/** The path of the worker that hands over for a thread that exits. */
export declare function exitWorker(): string
