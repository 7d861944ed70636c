import { parentPort } from 'node:worker_threads'
import { startInbox } from '@slack-logger/slack-inbox'

const { pageUrl, discord } = await startInbox({ discord: true, rateLimit: false })
parentPort.postMessage({ pageUrl, discord })
