import { setTimeout as wait } from 'node:timers/promises'
import axios from 'axios'
import got from 'got'
import ky from 'ky'
import nodeFetch from 'node-fetch'
import superagent from 'superagent'
import { request as undiciRequest, Agent } from 'undici'
import http from 'node:http'
import { scenario, secret } from '../scenario.mjs'

const authorization = `Bearer ${secret}`
const headers = { authorization, 'x-api-key': secret }

export default [
  scenario(
    'axios/404',
    { must: ['AxiosError', 'Request failed with status code 404', '/status/404', 'no such order'] },
    ({ http }) => axios.get(`${http}/status/404`, { headers, params: { access_token: secret } }),
  ),
  scenario('axios/502', { must: ['status code 502', 'upstream'] }, ({ http }) =>
    axios.post(`${http}/status/502`, { card: '4111111111111111', password: secret }, { headers }),
  ),
  scenario('axios/401', { must: ['status code 401'] }, ({ http }) =>
    axios.get(`${http}/status/401`, { auth: { username: 'app', password: secret } }),
  ),
  scenario('axios/timeout', { must: ['ECONNABORTED', 'timeout of 50ms exceeded'] }, ({ http }) =>
    axios.get(`${http}/hang`, { timeout: 50, headers }),
  ),
  scenario('axios/connection-refused', { must: ['ECONNREFUSED'] }, ({ closed }) =>
    axios.get(`http://127.0.0.1:${closed}/`, { headers }),
  ),
  scenario('axios/redirects', { must: ['ERR_FR_TOO_MANY_REDIRECTS'] }, ({ http }) =>
    axios.get(`${http}/loop`),
  ),
  scenario('axios/invalid-url', { must: ['ERR_INVALID_URL'] }, () =>
    axios.get('http://:::/orders'),
  ),
  scenario('axios/cancelled', { must: ['CanceledError'] }, ({ http }) =>
    axios.get(`${http}/hang`, { signal: AbortSignal.timeout(20) }),
  ),
  scenario('undici/fetch-refused', { must: ['fetch failed', 'ECONNREFUSED'] }, ({ closed }) =>
    fetch(`http://127.0.0.1:${closed}/?token=${secret}`, { headers }),
  ),
  scenario('undici/fetch-reset', { must: ['fetch failed', 'other side closed'] }, ({ http }) =>
    fetch(`${http}/reset`),
  ),
  scenario('undici/fetch-timeout', { must: ['TimeoutError'] }, ({ http }) =>
    fetch(`${http}/hang`, { signal: AbortSignal.timeout(30) }),
  ),
  scenario('undici/fetch-aborted', { must: ['AbortError'] }, ({ http }) => {
    const controller = new AbortController()
    const answer = fetch(`${http}/hang`, { signal: controller.signal })
    controller.abort()
    return answer
  }),
  scenario('undici/fetch-invalid-url', { must: ['Failed to parse URL', 'Invalid URL'] }, () =>
    fetch('not a url'),
  ),
  scenario('undici/fetch-cut-off', { must: ['terminated'] }, async ({ http }) =>
    (await fetch(`${http}/cut`)).text(),
  ),
  scenario('undici/fetch-html-as-json', { must: ['SyntaxError'] }, async ({ http }) =>
    (await fetch(`${http}/html`)).json(),
  ),
  scenario('undici/fetch-redirects', { must: ['redirect count exceeded'] }, ({ http }) =>
    fetch(`${http}/loop`),
  ),
  scenario('undici/headers-timeout', { must: ['UND_ERR_HEADERS_TIMEOUT'] }, ({ http }) =>
    undiciRequest(`${http}/hang`, { dispatcher: new Agent({ headersTimeout: 50 }) }),
  ),
  scenario('undici/parser', { must: ['HTTPParserError'] }, ({ garbage }) =>
    undiciRequest(`http://127.0.0.1:${garbage}/`),
  ),
  scenario('node/http-refused', { must: ['ECONNREFUSED'] }, ({ closed }) =>
    nodeRequest(`http://127.0.0.1:${closed}/`),
  ),
  scenario('node/http-hang-up', { must: ['socket hang up', 'ECONNRESET'] }, ({ http }) =>
    nodeRequest(`${http}/reset`),
  ),
  scenario('node/http-parse', { must: ['HPE_'] }, ({ garbage }) =>
    nodeRequest(`http://127.0.0.1:${garbage}/`),
  ),
  scenario('node/http-header', { must: ['ERR_INVALID_CHAR'] }, ({ http }) =>
    nodeRequest(http, { headers: { 'x-a': 'a\nb' } }),
  ),
  scenario('got/404', { must: ['HTTPError', '404'] }, ({ http }) =>
    got(`${http}/status/404`, { headers, retry: { limit: 0 } }),
  ),
  scenario('got/refused', { must: ['RequestError', 'ECONNREFUSED'] }, ({ closed }) =>
    got(`http://127.0.0.1:${closed}/`, { headers, retry: { limit: 0 } }),
  ),
  scenario('got/timeout', { must: ['TimeoutError', 'ETIMEDOUT'] }, ({ http }) =>
    got(`${http}/hang`, { timeout: { request: 50 }, retry: { limit: 0 } }),
  ),
  scenario('got/parse', { must: ['ParseError'] }, ({ http }) => got(`${http}/html`).json()),
  scenario('got/redirects', { must: ['MaxRedirectsError'] }, ({ http }) => got(`${http}/loop`)),
  scenario('ky/500', { must: ['HTTPError', '500'] }, ({ http }) =>
    ky(`${http}/status/500`, { headers, retry: 0 }),
  ),
  scenario('ky/timeout', { must: ['TimeoutError'] }, ({ http }) =>
    ky(`${http}/hang`, { timeout: 50, retry: 0 }),
  ),
  scenario('node-fetch/refused', { must: ['FetchError', 'ECONNREFUSED'] }, ({ closed }) =>
    nodeFetch(`http://127.0.0.1:${closed}/?api_key=${secret}`),
  ),
  scenario(
    'node-fetch/invalid-json',
    { must: ['SyntaxError', 'is not valid JSON'] },
    async ({ http }) => (await nodeFetch(`${http}/html`)).json(),
  ),
  scenario('superagent/404', { must: ['Not Found', '404'] }, ({ http }) =>
    superagent.get(`${http}/status/404`).set(headers),
  ),
  scenario('superagent/timeout', { must: ['Timeout of 50ms exceeded'] }, async ({ http }) => {
    await wait(1)
    return superagent.get(`${http}/hang`).timeout(50)
  }),
]

function nodeRequest(url, options = {}) {
  return new Promise((resolve, reject) => {
    http.get(url, { headers, ...options }, resolve).on('error', reject)
  })
}
