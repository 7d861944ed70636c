import { parentPort } from 'node:worker_threads'
import { startInbox } from '@slack-logger/slack-inbox'

const { pageUrl, apiUrl, webhookUrl, token } = await startInbox({ rateLimit: false })
parentPort.postMessage({ pageUrl, apiUrl, webhookUrl, token })
