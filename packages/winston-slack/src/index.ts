export { SlackTransport, type SlackTransportOptions } from './slack-transport.ts'
