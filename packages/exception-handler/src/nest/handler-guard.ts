import { noteHandler, type NestDestination } from './read-nest-request.ts'

/** What this package uses of Nest's `ExecutionContext`. */
export interface NestExecutionContext extends NestDestination {
  getType(): string
  switchToHttp(): { getRequest(): object }
}

/** A guard that lets everything pass and notes where to: filters are not told which controller failed. */
export function createHandlerGuard(): { canActivate(context: NestExecutionContext): true } {
  return {
    canActivate: (context) => {
      if (context.getType() === 'http') {
        noteHandler(context.switchToHttp().getRequest(), context)
      }
      return true
    },
  }
}
