import type { Destination } from '../delivery/destination.ts'
import type { SinkEnvironment } from '../environment.ts'
import type { Target } from '../options/target.ts'
import { createPreviewDestination } from './preview.ts'
import { createWebApiDestination } from './web-api.ts'
import { createWebhookDestination } from './webhook.ts'

/** The destination that the options name. */
export function createDestination(target: Target, environment: SinkEnvironment): Destination {
  switch (target.kind) {
    case 'webApi':
      return createWebApiDestination(target, environment)
    case 'webhook':
      return createWebhookDestination(target.url, environment)
    case 'preview':
    case 'off':
      return createPreviewDestination(environment)
  }
}
