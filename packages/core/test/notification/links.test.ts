import { describe, expect, test } from 'vitest'
import { linksOf } from '../../src/notification/facts.ts'
import { eventWith, orderEvent, settings, viewOf } from './samples.ts'

function urlOf(template: string, fields: Readonly<Record<string, unknown>> = {}) {
  const event = eventWith({ traceId: '4bf92f3577b34da6', requestId: 'req-7', fields })
  return linksOf(viewOf(event), { ...settings, links: { link: template } })[0]?.url
}

test.each([
  ['https://a.example/{trace_id}', 'https://a.example/4bf92f3577b34da6'],
  ['https://a.example/?r={request_id}', 'https://a.example/?r=req-7'],
  ['https://{service}.example/{release}', 'https://checkout.example/1.8.2'],
  ['https://a.example/{fingerprint}/{environment}', 'https://a.example/3fa9c1d2/production'],
  ['https://a.example/{orderId}', 'https://a.example/17'],
])('fills in %s', (template, url) => {
  expect(urlOf(template, { orderId: 17 })).toBe(url)
})

describe('leaves out a link', () => {
  test.each([
    ['whose value is unknown', 'https://a.example/{nothing}', {}],
    ['whose value is no plain one', 'https://a.example/{order}', { order: {} }],
    ['that is no web address', 'javascript:alert({id})', { id: 1 }],
    ['whose server a record would choose', 'https://{host}/x', { host: 'evil.example' }],
    ['part of whose server a record would choose', 'https://a.{host}/x', { host: 'evil.example' }],
    ['in which a record would climb', 'https://a.example/x/{id}', { id: '..' }],
    ['that is too long for Slack', 'https://a.example/{id}', { id: 'x'.repeat(3000) }],
  ])('%s', (_name, template, fields) => {
    expect(urlOf(template, fields)).toBeUndefined()
  })
})

test('a record may name its service, but not a server by it', () => {
  const view = viewOf({ ...eventWith({}), service: 'evil' })
  const links = { path: 'https://a.example/{service}', server: 'https://{service}.example/' }

  const urls = linksOf(view, { ...settings, links }).map(({ url }) => url)

  expect(urls).toEqual(['https://a.example/evil'])
})

test('encodes what a record holds, so that it stays one part of the address', () => {
  expect(urlOf('https://a.example/{id}?b=1', { id: 'x/../y?c=<d>|&' })).toBe(
    'https://a.example/x%2F..%2Fy%3Fc%3D%3Cd%3E%7C%26?b=1',
  )
})

test('names a link after its option, a trace with the beginning of its id', () => {
  const links = { trace: 'https://a.example/{trace_id}', logs: 'https://a.example/' }
  const event = eventWith({ traceId: '4bf92f3577b34da6' })

  const labels = linksOf(viewOf(event), { ...settings, links }).map(({ label }) => label)

  expect(labels).toEqual(['Trace 4bf92f35', 'Logs'])
})

describe('an issue is filled in', () => {
  const messageUrl = 'https://slack.com/archives/C1/p17'
  const issueOf = (address: string, view = viewOf(orderEvent)): URL | undefined => {
    const [link] = linksOf(view, { ...settings, links: { issue: address } }, messageUrl)
    return link && new URL(link.url)
  }

  test.each([
    ['GitHub', 'https://github.com/acme/shop/issues/new', 'title', 'body'],
    ['GitHub, with labels', 'https://github.com/acme/shop/issues/new?labels=bug', 'title', 'body'],
    ['GitLab', 'https://gitlab.com/acme/shop/-/issues/new', 'issue[title]', 'issue[description]'],
    [
      'Jira',
      'https://acme.atlassian.net/secure/CreateIssueDetails!init.jspa?pid=10000&issuetype=1',
      'summary',
      'description',
    ],
    [
      'Jira of one’s own',
      'https://jira.acme.example/secure/CreateIssueDetails!init.jspa?pid=1&issuetype=1',
      'summary',
      'description',
    ],
  ])('in %s', (_, address, title, body) => {
    const url = issueOf(address)

    expect(url?.href.startsWith(address.replace(/\?.*/, ''))).toBe(true)
    for (const [name, value] of new URL(address).searchParams)
      expect(url?.searchParams.get(name)).toBe(value)
    expect(url?.searchParams.get(title)).toMatch(/^TypeError: Cannot read properties of undefined/)
    expect(url?.searchParams.get(body)).toContain('checkout · production')
    expect(url?.searchParams.get(body)).toContain('at chargeCard (/app/src/billing/charge.ts:42')
    expect(url?.searchParams.get(body)).toContain(messageUrl)
  })

  test('with as much of a stack as an address takes', () => {
    const stack = Array.from(
      { length: 100 },
      (_, line) => `    at run${line} (/app/안녕/${line}.js:1:1)`,
    )
    const { error } = orderEvent
    const event = eventWith({
      ...orderEvent,
      error: error && { ...error, stack: stack.join('\n') },
    })

    const url = issueOf('https://github.com/acme/shop/issues/new', viewOf(event))

    expect(url?.href.length).toBeLessThanOrEqual(2000)
    expect(url?.searchParams.get('body')).toContain(messageUrl)
  })

  test('and any other address is a link like the others', () => {
    const address = 'https://issues.example/new?fingerprint={fingerprint}'

    expect(issueOf(address)?.href).toBe('https://issues.example/new?fingerprint=3fa9c1d2')
  })

  test('by a label of its own', () => {
    const links = { issue: 'https://github.com/acme/shop/issues/new' }

    expect(linksOf(viewOf(orderEvent), { ...settings, links })[0]?.label).toBe('File it')
    expect(linksOf(viewOf(orderEvent), { ...settings, links, locale: 'ko' })[0]?.label).toBe(
      '이슈 만들기',
    )
  })
})
