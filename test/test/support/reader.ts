import { setTimeout as wait } from 'node:timers/promises'
import type { Inbox, InboxMessage } from '@slack-logger/slack-inbox'

/** The messages of the channel itself, oldest first. */
export function roots(inbox: Inbox): readonly InboxMessage[] {
  return inbox.messages().filter(({ isReply }) => !isReply)
}

/** Every message, replies included. */
export function posts(inbox: Inbox): readonly InboxMessage[] {
  return roots(inbox).flatMap(({ ts }) => inbox.thread(ts))
}

/** Everything that a reader sees of a message, its files included. */
export function textOf({ text, blocks, attachments, files }: InboxMessage): string {
  const content = JSON.stringify([blocks, attachments]).replaceAll('\\n', '\n')
  return [text, content, ...files.map((file) => file.content)].join('\n')
}

/** The roots of a problem itself, not of many problems. */
export function rootsOf(inbox: Inbox, problem: string): readonly InboxMessage[] {
  return roots(inbox).filter(({ text }) => text.includes(problem))
}

/** The roots of storms. */
export function storms(inbox: Inbox): readonly InboxMessage[] {
  return roots(inbox).filter(({ text }) => /\d new problems?\b/.test(text))
}

/** The threads in which a problem is named, by their roots. */
export function namings(inbox: Inbox, problem: string): readonly InboxMessage[] {
  return roots(inbox).filter(({ ts }) =>
    inbox.thread(ts).some((message) => textOf(message).includes(problem)),
  )
}

/** The problems that nobody can read of. */
export function unnamed(inbox: Inbox, problems: readonly string[]): readonly string[] {
  return problems.filter((problem) => namings(inbox, problem).length === 0)
}

/** The problems of which a reader learns more than once, with the texts of the roots. */
export function namedTwice(inbox: Inbox, problems: readonly string[]): readonly string[] {
  return problems.flatMap((problem) => {
    const named = namings(inbox, problem)
    return named.length > 1 ? [`${problem}: ${named.map(({ text }) => text).join(' | ')}`] : []
  })
}

/** The messages that mentioned everybody. */
export function pings(inbox: Inbox): readonly InboxMessage[] {
  return posts(inbox).filter(({ notified }) => notified.broadcasts.includes('here'))
}

/** The number of occurrences in a text, as in `×1,204`. */
export function countIn(text: string): number {
  const [, count = '1'] = /×([\d,]+)/.exec(text) ?? []
  return Number(count.replaceAll(',', ''))
}

/** The number of occurrences that a message of a problem shows, in each of its versions. */
export function countsOf({ text, history }: InboxMessage): readonly number[] {
  return [...history.map((version) => version.text), text].map(countIn)
}

/** Waits until something is to be seen, or for as long as it is of use; the test then tells what is missing. */
export async function until(isSeen: () => boolean, timeoutMs: number = 10_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!isSeen() && performance.now() < deadline) await wait(20)
}

/** The number of occurrences that each root shows now. */
export function latestCounts(inbox: Inbox): readonly number[] {
  return roots(inbox).map((root) => countsOf(root).at(-1) ?? 0)
}
