import type * as core from '@slack-logger/core'

export declare function loadCore(): typeof core
