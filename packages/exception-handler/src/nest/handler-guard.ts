import { noteHandler } from './read-nest-request.ts'

/** What this package uses of Nest's `ExecutionContext`. */
export interface NestExecutionContext {
  getType(): string
  getClass(): { readonly name: string }
  getHandler(): { readonly name: string }
  switchToHttp(): { getRequest(): object; getResponse(): object }
}

/** A guard that lets everything pass and notes where to: filters are not told which controller failed. */
export function createHandlerGuard(): { canActivate(context: NestExecutionContext): true } {
  return {
    canActivate: (context) => {
      if (context.getType() === 'http') {
        const name = `${context.getClass().name}.${context.getHandler().name}`
        noteHandler(context.switchToHttp().getRequest(), name)
      }
      return true
    },
  }
}
