import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, describe } from 'vitest'
import type { Inbox } from '../../src/index.ts'

/** Where Chromium is; somebody who says so wants these tests to run. */
const wanted = process.env['SLACK_LOGGER_CHROMIUM']
const executablePath = wanted ?? '/usr/bin/chromium'

/** A page of the inbox in a real Chromium, and what went wrong in it. */
export interface OpenedPage extends AsyncDisposable {
  readonly page: Page
  /** Errors and warnings of the console, which is where a broken policy shows. */
  readonly complaints: readonly string[]
  /** Addresses that were asked for outside the inbox. */
  readonly strayRequests: readonly string[]
}

/** How long a page may take on a machine that is busy with other tests. */
export const patiently = { timeout: 15_000 } as const

let browser: Promise<Browser> | undefined

/** Tests that need Chromium: skipped with a line that says so where there is none and nobody named one. */
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

/** Opens the inbox's page and waits until it has heard everything there is. */
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
  page.setDefaultTimeout(patiently.timeout)
  const complaints: string[] = []
  const strayRequests: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(inbox.pageUrl)) strayRequests.push(request.url())
  })
  await page.goto(`${inbox.pageUrl}${path}`)
  await page.locator('nav li').first().waitFor({ state: 'attached' })
  return { page, complaints, strayRequests, [Symbol.asyncDispose]: () => context.close() }
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
