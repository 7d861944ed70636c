import type { NestFailureHandler } from '../http/nest-filter.ts'
import { watchEvents, watchListeners, watchQueues, watchSchedules } from './background.ts'
import { watchFields } from './graphql-fields.ts'
import { classOf, providersOf, type NestModules } from './modules.ts'

/**
 * Handles what fails without reaching filters: schedules, events, jobs, and fields of GraphQL.
 *
 * To be called before Nest looks for them, which it does when it initialises modules.
 */
export function watchUnfiltered(modules: NestModules, handler: NestFailureHandler): void {
  for (const provider of providersOf(modules)) {
    const className = classOf(provider)?.name
    if (className === 'ScheduleExplorer') watchSchedules(provider, handler)
    if (className === 'EventSubscribersLoader') watchListeners(provider, handler)
    if (className === 'UnhandledExceptionBus') watchEvents(provider, handler)
    if (className === 'BullExplorer') watchQueues(provider, { modules, handler })
    if (className === 'ResolversExplorerService') watchFields(provider, handler)
  }
}
