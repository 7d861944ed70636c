import { apiTest } from './api-test.ts'
import { authTest } from './auth-test.ts'
import { chatPostMessage } from './chat-post-message.ts'
import { chatUpdate } from './chat-update.ts'
import type { Method } from './method.ts'

const all: readonly Method[] = [apiTest, authTest, chatPostMessage, chatUpdate]

/** The methods of the Web API that the inbox knows. */
export const methods: ReadonlyMap<string, Method> = new Map(all.map((each) => [each.name, each]))
