// pino starts its workers without what is preloaded.
export * from './wall-clock.cjs'
export { default } from '@slack-logger/pino-slack'
