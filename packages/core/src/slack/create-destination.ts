import type { SinkEnvironment } from '../environment.ts'
import type { Target } from '../resolve-target.ts'
import type { Destination } from './destination.ts'
import { createPreviewDestination } from './preview-destination.ts'
import { createWebApiDestination } from './web-api-destination.ts'
import { createWebhookDestination } from './webhook-destination.ts'

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
