import type * as ioredis from 'ioredis'

export declare function loadIoredis(): typeof ioredis
/** The path of the worker that reports for a thread that exits. */
export declare function reportWorker(): string
