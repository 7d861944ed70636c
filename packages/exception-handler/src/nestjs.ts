export {
  exceptionFilter,
  type NestExceptionFilter,
  type NestArgumentsHost,
  type NestRequest,
} from './nest/exception-filter.ts'
export { ExceptionHandlerModule, type NestDynamicModule } from './nest/exception-handler-module.ts'
