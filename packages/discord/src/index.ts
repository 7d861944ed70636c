export {
  discordDestination,
  discordDestination as createDestination,
} from './discord-destination.ts'
export type { DiscordOptions, ForumOptions } from './options.ts'
export type { DiscordMessage } from './render/message.ts'
