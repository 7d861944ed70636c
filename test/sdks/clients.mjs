// One call of each SDK and HTTP client to a server at `url`, which answers it with an error in the format of the SDK's own service.
import { request as httpRequest } from 'node:http'

/** @typedef {{ readonly call: (url: string) => Promise<unknown>, readonly body?: (status: number) => object | string, readonly headers?: Readonly<Record<string, string>> }} Client */

const openAiBody = (status) => ({
  error: {
    message: `Answer ${status} of the upstream`,
    type: 'invalid_request_error',
    param: null,
    code: 'invalid_api_key',
  },
})

/** @type {Readonly<Record<string, Client>>} */
export const clients = {
  openai: {
    async call(baseURL) {
      const { default: OpenAI } = await import('openai')
      await new OpenAI({ apiKey: 'k', baseURL, maxRetries: 0 }).chat.completions.create({
        model: 'm',
        messages: [],
      })
    },
    body: openAiBody,
    headers: { 'x-request-id': 'req_1' },
  },
  '@anthropic-ai/sdk': {
    async call(baseURL) {
      const { default: Anthropic } = await import('@anthropic-ai/sdk')
      await new Anthropic({ apiKey: 'k', baseURL, maxRetries: 0 }).messages.create({
        model: 'm',
        max_tokens: 1,
        messages: [],
      })
    },
    body: (status) => ({
      type: 'error',
      error: { type: 'authentication_error', message: `Answer ${status} of the upstream` },
      request_id: 'req_1',
    }),
    headers: { 'request-id': 'req_1' },
  },
  stripe: {
    async call(url) {
      const { default: Stripe } = await import('stripe')
      const { hostname, port } = new URL(url)
      await new Stripe('sk', {
        host: hostname,
        port,
        protocol: 'http',
        maxNetworkRetries: 0,
      }).customers.retrieve('cus_1')
    },
    body: (status) => ({
      error: {
        type: 'invalid_request_error',
        message: `Answer ${status} of the upstream`,
        code: 'resource_missing',
        param: 'id',
      },
    }),
    headers: { 'request-id': 'req_1' },
  },
  '@notionhq/client': {
    async call(baseUrl) {
      const { Client, LogLevel } = await import('@notionhq/client')
      await new Client({
        auth: 'k',
        baseUrl,
        logLevel: LogLevel.ERROR,
        retry: false,
      }).pages.retrieve({ page_id: 'p1' })
    },
    body: (status) => ({
      object: 'error',
      status,
      code: status === 404 ? 'object_not_found' : 'unauthorized',
      message: `Answer ${status} of the upstream`,
      request_id: 'r1',
    }),
  },
  '@aws-sdk/client-s3': {
    async call(endpoint) {
      const { S3Client, GetObjectCommand } = await import('@aws-sdk/client-s3')
      const client = new S3Client({
        endpoint,
        region: 'eu-west-1',
        forcePathStyle: true,
        maxAttempts: 1,
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      })
      await client.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }))
    },
    body: (status) =>
      `<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>Answer ${status} of the upstream</Message><RequestId>r1</RequestId></Error>`,
    headers: { 'content-type': 'application/xml', 'x-amz-request-id': 'r1' },
  },
  gaxios: {
    async call(url) {
      const { request } = await import('gaxios')
      await request({ url, retry: false })
    },
    body: (status) => ({
      error: {
        code: status,
        message: `Answer ${status} of the upstream`,
        errors: [],
        status: 'UNAUTHENTICATED',
      },
    }),
  },
  '@octokit/core': {
    async call(baseUrl) {
      const { Octokit } = await import('@octokit/core')
      await new Octokit({ baseUrl, log: silent }).request('GET /user')
    },
    body: (status) => ({
      message: `Answer ${status} of the upstream`,
      documentation_url: 'https://docs.github.com/rest',
      status: String(status),
    }),
    headers: { 'x-github-request-id': 'r1' },
  },
  '@slack/web-api': {
    async call(url) {
      const { WebClient } = await import('@slack/web-api')
      await new WebClient('xoxb', {
        slackApiUrl: `${url}/`,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        logger: { ...silent, setLevel() {}, setName() {}, getLevel: () => 'error' },
      }).auth.test()
    },
    body: () => ({ ok: false, error: 'invalid_auth' }),
    headers: { 'retry-after': '7' },
  },
  '@discordjs/rest': {
    async call(api) {
      const { REST } = await import('@discordjs/rest')
      await new REST({ api, retries: 0, rejectOnRateLimit: () => true })
        .setToken('k')
        .get('/users/1')
    },
    body: (status) => ({ message: `Answer ${status} of the upstream`, code: 10013 }),
  },
  twilio: {
    async call(url) {
      const { default: twilio } = await import('twilio')
      const client = twilio('AC1', 'k', { autoRetry: false })
      client.api.baseUrl = url
      await client.messages('SM1').fetch()
    },
    body: (status) => ({
      code: 20404,
      message: `Answer ${status} of the upstream`,
      more_info: 'https://www.twilio.com/docs/errors/20404',
      status,
    }),
  },
  '@sendgrid/mail': {
    async call(url) {
      const { default: mail } = await import('@sendgrid/mail')
      const { default: client } = await import('@sendgrid/client')
      client.setApiKey('SG.k')
      client.setDefaultRequest('baseUrl', url)
      mail.setClient(client)
      await mail.send({ to: 'a@example.com', from: 'b@example.com', subject: 's', text: 't' })
    },
    body: (status) => ({
      errors: [{ message: `Answer ${status} of the upstream`, field: null, help: null }],
    }),
  },
  'mailgun.js': {
    async call(url) {
      const { default: Mailgun } = await import('mailgun.js')
      const { default: FormData } = await import('form-data')
      await new Mailgun(FormData)
        .client({ username: 'api', key: 'k', url })
        .messages.create('example.com', { from: 'a', to: 'b', text: 't' })
    },
    body: (status) => ({ message: `Answer ${status} of the upstream` }),
  },
  algoliasearch: {
    async call(url) {
      const { algoliasearch } = await import('algoliasearch')
      const { host } = new URL(url)
      await algoliasearch('app', 'k', {
        // The default is one second, in which a busy machine may not answer.
        timeouts: { connect: 60_000, read: 60_000, write: 60_000 },
        hosts: [{ url: host, accept: 'readWrite', protocol: 'http' }],
      }).searchSingleIndex({ indexName: 'i' })
    },
    body: (status) => ({ message: `Answer ${status} of the upstream`, status }),
  },
  '@elastic/elasticsearch': {
    async call(node) {
      const { Client } = await import('@elastic/elasticsearch')
      await new Client({ node, maxRetries: 0 }).get({ index: 'i', id: '1' })
    },
    body: (status) => ({
      error: {
        type: 'index_not_found_exception',
        reason: `Answer ${status} of the upstream`,
        root_cause: [],
      },
      status,
    }),
    headers: {
      'content-type': 'application/vnd.elasticsearch+json;compatible-with=9',
      'x-elastic-product': 'Elasticsearch',
    },
  },
  '@supabase/supabase-js': {
    async call(url) {
      const { createClient } = await import('@supabase/supabase-js')
      const { error } = await createClient(url, 'k', {
        ...supabaseOptions,
      }).auth.signInWithPassword({ email: 'a@example.com', password: 'p' })
      throw error
    },
    body: (status) => ({
      code: 'invalid_credentials',
      error_code: 'invalid_credentials',
      msg: `Answer ${status} of the upstream`,
    }),
  },
  '@supabase/storage-js': {
    async call(url) {
      const { createClient } = await import('@supabase/supabase-js')
      const { error } = await createClient(url, 'k', { ...supabaseOptions })
        .storage.from('b')
        .download('x')
      throw error
    },
    body: (status) => ({
      statusCode: String(status),
      error: 'not_found',
      message: `Answer ${status} of the upstream`,
    }),
  },
  '@supabase/postgrest-js': {
    async call(url) {
      const { createClient } = await import('@supabase/supabase-js')
      await createClient(url, 'k', { ...supabaseOptions })
        .from('t')
        .select()
        .retry(false)
        .throwOnError()
    },
    body: (status) => ({
      code: 'PGRST301',
      details: null,
      hint: null,
      message: `Answer ${status} of the upstream`,
    }),
  },
  '@supabase/functions-js': {
    async call(url) {
      const { createClient } = await import('@supabase/supabase-js')
      const { error } = await createClient(url, 'k', { ...supabaseOptions }).functions.invoke('f')
      throw error
    },
  },
  'firebase-admin': {
    async call(url) {
      process.env.FIREBASE_AUTH_EMULATOR_HOST = new URL(url).host
      const { initializeApp, getApps } = await import('firebase-admin/app')
      const { getAuth } = await import('firebase-admin/auth')
      const app = getApps()[0] ?? initializeApp({ projectId: 'p', httpAgent: undefined })
      await getAuth(app).getUser('u1')
    },
    body: (status) => ({ error: { code: status, message: 'INSUFFICIENT_PERMISSION', errors: [] } }),
  },
  contentful: {
    async call(url) {
      const { createClient } = await import('contentful')
      await createClient({
        space: 's',
        accessToken: 'k',
        host: new URL(url).host,
        insecure: true,
        retryOnError: false,
        logHandler() {},
      }).getEntry('e1')
    },
    body: (status) => ({
      sys: { type: 'Error', id: 'NotFound' },
      message: `Answer ${status} of the upstream`,
      details: {},
      requestId: 'r1',
    }),
  },
  axios: {
    async call(url) {
      const { default: axios } = await import('axios')
      await axios.get(url)
    },
  },
  got: {
    async call(url) {
      const { got } = await import('got')
      await got(url, { retry: { limit: 0 } }).json()
    },
  },
  undici: {
    async call(url) {
      const { Client, interceptors } = await import('undici')
      const client = new Client(new URL(url).origin).compose(interceptors.responseError())
      await client.request({ path: '/', method: 'GET' })
    },
  },
  'node-fetch': {
    async call(url) {
      const { default: fetch } = await import('node-fetch')
      throw await fetch(url)
    },
  },
  'fetch of Node': {
    async call(url) {
      throw await fetch(url)
    },
  },
  ky: {
    async call(url) {
      const { default: ky } = await import('ky')
      await ky(url, { retry: 0 }).json()
    },
  },
  superagent: {
    async call(url) {
      const { default: superagent } = await import('superagent')
      await superagent.get(url)
    },
  },
  '@azure/core-client': {
    async call(endpoint) {
      const { ServiceClient, createSerializer } = await import('@azure/core-client')
      const client = new ServiceClient({
        endpoint,
        allowInsecureConnection: true,
        retryOptions: { maxRetries: 0 },
      })
      await client.sendOperationRequest(
        {},
        { httpMethod: 'GET', responses: { 200: {} }, serializer: createSerializer() },
      )
    },
    body: (status) => ({
      error: { code: 'NotFound', message: `Answer ${status} of the upstream` },
    }),
    headers: { 'x-ms-request-id': 'r1' },
  },
  '@mailchimp/mailchimp_marketing': {
    async call(url) {
      const { default: mailchimp } = await import('@mailchimp/mailchimp_marketing')
      mailchimp.setConfig({ apiKey: 'k', server: 'us1' })
      const { default: ApiClient } = await import('@mailchimp/mailchimp_marketing/src/ApiClient.js')
      const client = new ApiClient()
      client.basePath = url
      await client.callApi(
        '/lists',
        'GET',
        {},
        {},
        {},
        {},
        null,
        [],
        ['application/json'],
        ['application/json'],
      )
    },
    body: (status) => ({
      type: 'https://mailchimp.com/developer/',
      title: 'API Key Invalid',
      status,
      detail: `Answer ${status} of the upstream`,
      instance: 'i1',
    }),
  },
  postmark: {
    async call(url) {
      const { ServerClient } = await import('postmark')
      await new ServerClient('k', { requestHost: new URL(url).host, useHttps: false }).sendEmail({
        From: 'a@example.com',
        To: 'b@example.com',
        TextBody: 't',
      })
    },
    body: (status) => ({ ErrorCode: 10, Message: `Answer ${status} of the upstream` }),
  },
  resend: {
    async call(url) {
      process.env.RESEND_BASE_URL = url
      const { Resend } = await import('resend')
      const { error } = await new Resend('re_k').emails.send({
        from: 'a@example.com',
        to: 'b@example.com',
        subject: 's',
        text: 't',
      })
      throw error
    },
    body: (status) => ({
      statusCode: status,
      name: 'validation_error',
      message: `Answer ${status} of the upstream`,
    }),
  },
  replicate: {
    async call(baseUrl) {
      const { default: Replicate } = await import('replicate')
      await new Replicate({ auth: 'k', baseUrl }).predictions.create({ version: 'v', input: {} })
    },
    body: (status) => ({
      title: 'Unauthenticated',
      detail: `Answer ${status} of the upstream`,
      status,
    }),
  },
  'graphql-request': {
    async call(url) {
      const { request } = await import('graphql-request')
      await request(url, '{ me { id } }')
    },
    body: (status) => ({ errors: [{ message: `Answer ${status} of the upstream` }] }),
  },
  '@trpc/client': {
    async call(url) {
      const { createTRPCClient, httpLink } = await import('@trpc/client')
      await createTRPCClient({ links: [httpLink({ url })] }).me.query()
    },
    body: (status) => ({
      error: {
        message: `Answer ${status} of the upstream`,
        code: -32_004,
        data: { code: 'NOT_FOUND', httpStatus: status, path: 'me' },
      },
    }),
  },
  ofetch: {
    async call(url) {
      const { ofetch } = await import('ofetch')
      await ofetch(url, { retry: 0 })
    },
  },
  needle: {
    async call(url) {
      const { default: needle } = await import('needle')
      throw await needle('get', url)
    },
  },
  'http of Node': {
    call: (url) =>
      new Promise((_resolve, reject) => {
        httpRequest(url, (response) => {
          response.resume()
          reject(response)
        }).end()
      }),
  },
}

/** Node 20 has no WebSocket, which only subscriptions need. */
const supabaseOptions = {
  auth: { persistSession: false, autoRefreshToken: false },
  realtime: { transport: EventTarget },
}

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** The answer of the upstream to a call of a client. */
export function answerOf(
  { body = (status) => ({ message: `Answer ${status} of the upstream` }), headers = {} },
  status,
) {
  const content = body(status)
  const isText = typeof content === 'string'
  return {
    headers: {
      'content-type': 'application/json',
      'x-upstream': 'yes',
      'set-cookie': 'upstream=1',
      ...headers,
    },
    body: isText ? content : JSON.stringify(content),
  }
}
