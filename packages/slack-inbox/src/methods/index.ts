import { apiTest } from './api-test.ts'
import { authTest } from './auth-test.ts'
import { blocksValidate } from './blocks-validate.ts'
import { chatDelete } from './chat-delete.ts'
import { chatGetPermalink } from './chat-get-permalink.ts'
import { chatPostEphemeral } from './chat-post-ephemeral.ts'
import { chatPostMessage } from './chat-post-message.ts'
import { chatScheduleMessage } from './chat-schedule-message.ts'
import { chatUpdate } from './chat-update.ts'
import { conversationsHistory, conversationsReplies } from './conversations-messages.ts'
import { conversationsInfo, conversationsJoin, conversationsList } from './conversations.ts'
import { filesInfo } from './files-info.ts'
import { filesCompleteUploadExternal, filesGetUploadUrlExternal } from './files-upload.ts'
import type { Method } from './method.ts'
import { reactionsAdd, reactionsGet } from './reactions.ts'
import { usergroupsList, usersInfo, usersList } from './users.ts'

const all: readonly Method[] = [
  apiTest,
  authTest,
  blocksValidate,
  chatDelete,
  chatGetPermalink,
  chatPostEphemeral,
  chatPostMessage,
  chatScheduleMessage,
  chatUpdate,
  conversationsHistory,
  conversationsInfo,
  conversationsJoin,
  conversationsList,
  conversationsReplies,
  filesCompleteUploadExternal,
  filesGetUploadUrlExternal,
  filesInfo,
  reactionsAdd,
  reactionsGet,
  usergroupsList,
  usersInfo,
  usersList,
]

/** The methods of the Web API that the inbox knows. */
export const methods: ReadonlyMap<string, Method> = new Map(all.map((each) => [each.name, each]))
