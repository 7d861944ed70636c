import type * as webApi from '@slack/web-api'

export declare function loadWebApi(): typeof webApi
