// The records of a web service about failed requests: four kinds of errors in turn, with different ids, headers and fields in each.

/** The record of the n-th failed request: the message and the fields, including `err`. */
export function makeFailure(n) {
  const route = routes[n % routes.length]
  const ids = idsOf(n)
  const fields = {
    req: requestOf(route, ids),
    tenant: `t-${ids.tenant}`,
    durationMs: 3 + (n % 977),
  }
  return { message: route.message, fields: { err: failureOf(route, ids), ...fields } }
}

function failureOf({ handle }, ids) {
  try {
    return parseBody(handle, ids)
  } catch (error) {
    return error
  }
}

// Middleware. V8 keeps ten frames, so no stack contains a line of the benchmark.

function parseBody(handle, ids) {
  return authenticate(handle, ids)
}

function authenticate(handle, ids) {
  return startSession(handle, ids)
}

function startSession(handle, ids) {
  return limitRate(handle, ids)
}

function limitRate(handle, ids) {
  return checkOrigin(handle, ids)
}

function checkOrigin(handle, ids) {
  return setTimeLimit(handle, ids)
}

function setTimeLimit(handle, ids) {
  return handle(ids)
}

const routes = [
  {
    message: 'invoice not created',
    method: 'GET',
    path: ({ order, customer }) => `/orders/${order}/invoice?customer=${customer}&format=pdf`,
    handle: handleInvoice,
  },
  {
    message: 'payment failed',
    method: 'POST',
    path: ({ session, order }) => `/checkouts/${session}/payments?order=${order}`,
    handle: handlePayment,
  },
  {
    message: 'no recommendations',
    method: 'GET',
    path: ({ customer, item }) => `/customers/${customer}/recommendations?after=${item}&limit=20`,
    handle: handleRecommendations,
  },
  {
    message: 'cart not changed',
    method: 'PUT',
    path: ({ session, item, customer }) => `/carts/${session}/items/${item}?customer=${customer}`,
    handle: handleCartItem,
  },
]

// A plain error, with an id in its message.

function handleInvoice({ order }) {
  return createInvoice(order)
}

function createInvoice(order) {
  return { order, lines: loadInvoiceLines(order) }
}

function loadInvoiceLines(order) {
  return findOpenPayment(order).lines
}

function findOpenPayment(order) {
  return requireRow(undefined, order)
}

function requireRow(row, order) {
  if (row === undefined) throw new Error(`order ${order} has no open payment`)
  return row
}

// An error with a cause.

function handlePayment(ids) {
  return payCheckout(ids)
}

function payCheckout({ session, order }) {
  return authorizePayment({ session, order, provider: 'acquirer-2' })
}

function authorizePayment(payment) {
  try {
    return postToProvider(payment)
  } catch (cause) {
    throw new Error(`payment provider ${payment.provider} did not respond`, { cause })
  }
}

function postToProvider(payment) {
  return readProviderResponse(payment)
}

function readProviderResponse({ session }) {
  throw new Error(`no response for ${session} after 30000 ms`)
}

// An error of the operating system, as Node creates it.

function handleRecommendations({ customer, replica }) {
  return recommendFor(customer, replica)
}

function recommendFor(customer, replica) {
  return readPurchases(customer, replica).slice(0, 20)
}

function readPurchases(customer, replica) {
  return queryCache(`purchases:${customer}`, replica)
}

function queryCache(key, replica) {
  return { key, socket: openSocket(`10.0.3.${replica}`, 6379) }
}

function openSocket(address, port) {
  const error = new Error(`connect ECONNREFUSED ${address}:${port}`)
  throw Object.assign(error, {
    errno: -111,
    code: 'ECONNREFUSED',
    syscall: 'connect',
    address,
    port,
  })
}

// A subclass.

class ValidationError extends Error {
  name = 'ValidationError'

  constructor(message, { field, value }) {
    super(message)
    this.field = field
    this.value = value
  }
}

function handleCartItem({ session, item, quantity }) {
  return changeCart(session, { item, quantity })
}

function changeCart(session, change) {
  return { session, change: parseChange(change) }
}

function parseChange({ item, quantity }) {
  return { item, quantity: parseQuantity(quantity) }
}

function parseQuantity(quantity) {
  return checkRange('quantity', quantity, 10)
}

function checkRange(field, value, max) {
  if (value > max) throw new ValidationError(`${field} must be at most ${max}`, { field, value })
  return value
}

/** The values of one request: the same for the same `n`, and distributed like those of a service. */
function idsOf(n) {
  const hash = Math.imul(n + 1, 0x9e3779b1) >>> 0
  const hex = hash.toString(16).padStart(8, '0')
  return {
    hex,
    request: `${hex}-4f3a-4d1c-9b7e-${String(n).padStart(12, '0')}`,
    session: `${hex}0b6d4f${hex}`,
    order: 100_000 + n,
    customer: `c-${hash % 50_021}`,
    item: hash % 9973,
    tenant: hash % 211,
    replica: 10 + (n % 3),
    quantity: 11 + (hash % 89),
  }
}

const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  'okhttp/4.12.0',
]

function requestOf({ method, path }, ids) {
  const { request: id, hex, session, tenant } = ids
  return {
    id,
    method,
    url: path(ids),
    headers: {
      host: 'shop.example',
      'user-agent': agents[tenant % agents.length],
      accept: 'application/json',
      'content-type': 'application/json',
      'content-length': String(20 + (tenant % 400)),
      authorization: `Bearer ${session}${session}`,
      'x-request-id': id,
      'x-forwarded-for': `203.0.113.${tenant}`,
      traceparent: `00-${hex}${hex}${hex}${hex}-${hex}${hex}-01`,
    },
  }
}
