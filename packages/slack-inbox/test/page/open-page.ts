import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, describe } from 'vitest'
import type { Inbox } from '../../src/index.ts'

/** The path of Chromium. If it is set, the tests must not be skipped. */
const wanted = process.env['SLACK_LOGGER_CHROMIUM']
const executablePath = wanted ?? '/usr/bin/chromium'

/** A page of the inbox in Chromium, with its errors. */
export interface OpenedPage extends AsyncDisposable {
  readonly page: Page
  /** Errors and warnings of the console, which include violations of the content security policy. */
  readonly consoleErrors: readonly string[]
  /** Addresses of requests to anything but the inbox. */
  readonly foreignRequests: readonly string[]
}

/** Long enough for a machine that is busy with other tests. */
export const pageTimeout = { timeout: 15_000 } as const

let browser: Promise<Browser> | undefined

/** Tests that need Chromium. They are skipped with a warning if there is none. */
export function describeInChromium(name: string, tests: () => void): void {
  const isThere = existsSync(executablePath)
  if (!isThere && wanted !== undefined)
    throw new Error(`Expected SLACK_LOGGER_CHROMIUM to be a Chromium, found nothing at ${wanted}`)
  if (!isThere)
    console.warn(
      `No Chromium at ${executablePath}: "${name}" is skipped (apt-get install chromium)`,
    )
  // oxlint-disable-next-line vitest/valid-title, vitest/valid-describe-callback -- both come from the caller
  describe.skipIf(!isThere)(name, tests)
  afterAll(async () => {
    await (await browser)?.close()
    browser = undefined
  })
}

/** Opens the inbox's page and waits until it has loaded the channels. */
export async function openPage(
  inbox: Inbox,
  { path = '', ...options }: BrowserContextOptions & { readonly path?: string } = {},
): Promise<OpenedPage> {
  browser ??= launch()
  const context = await (
    await browser
  ).newContext({
    viewport: { width: 1280, height: 900 },
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(pageTimeout.timeout)
  const consoleErrors: string[] = []
  const foreignRequests: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      consoleErrors.push(message.text())
  })
  page.on('pageerror', (error) => consoleErrors.push(error.message))
  page.on('dialog', (dialog) => {
    consoleErrors.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(inbox.pageUrl)) foreignRequests.push(request.url())
  })
  await page.goto(`${inbox.pageUrl}${path}`)
  await page.locator('nav li').first().waitFor({ state: 'attached' })
  return { page, consoleErrors, foreignRequests, [Symbol.asyncDispose]: () => context.close() }
}

function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
