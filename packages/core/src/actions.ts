/**
 * Clicks on an incident's buttons, by the name `@slack-logger/core/actions`.
 *
 * @module
 */
export type {
  ActionAnswer,
  ActionRefusal,
  ActionKind,
  ActionTarget,
  IncidentAction,
  MuteEnd,
} from './incident/actions/action.ts'
export { type NodeHandler, toNodeHandler } from './slack/interactions/node-handler.ts'
export { parseInteraction } from './slack/interactions/parse-interaction.ts'
export {
  type ActionsHandler,
  type Refusal,
  slackActions,
  type SlackActionsOptions,
} from './slack/interactions/slack-actions.ts'
