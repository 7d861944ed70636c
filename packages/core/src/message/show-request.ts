import type { RequestDescription, RequestUser } from '../event/log-event.ts'
import { cleanText } from './clean-text.ts'
import { showValues } from './show-value.ts'
import type { Words } from './words.ts'

/** Who asked for what, as literal text; empty if nothing is known. */
export function showRequest(request: RequestDescription, { labels }: Words): string {
  const target = [request.method, request.path].filter((part) => part !== undefined).join(' ')
  const details = showValues({
    [labels.endpoint]: request.route === request.path ? undefined : request.route,
    [labels.user]: request.user === undefined ? undefined : showUser(request.user) || undefined,
    [labels.client]: request.clientIp,
    [labels.origin]: request.origin,
    [labels.userAgent]: request.userAgent,
    [labels.params]: filled(request.params),
    [labels.query]: filled(request.query),
    [labels.body]: request.body === null || request.body === '' ? undefined : request.body,
  })
  return [cleanText(target).trim(), details].filter((text) => text !== '').join('\n')
}

/** `#17 · ann · ann@example.com · admin`. */
export function showUser({ id, name, email, role }: RequestUser): string {
  const number = id !== undefined && /^\d+$/.test(id) ? `#${id}` : id
  return [number, name, email, role].filter((part) => part !== undefined && part !== '').join(' · ')
}

function filled(
  values: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  return values !== undefined && Object.keys(values).length > 0 ? values : undefined
}
