import { createRedactor } from '../../src/redaction/redactor.ts'
import { namedShapes, prefixedShapes } from './published-shapes.ts'
import { createRandom, longestRest, makeToken } from './samples.ts'

const redactor = createRedactor()

/** A secret counts as hidden if no more than this of it is to be read: what its prefix and its form add to it. */
const maxRest = 13

type Form = (secret: string, vendor: string) => unknown

/** How a token stands bare in a text. */
const bareForms: Readonly<Record<string, Form>> = {
  'in a sentence': (secret) => `upstream rejected ${secret} with 401`,
  'in quotes': (secret) => `upstream rejected '${secret}'`,
  'in a list': (secret) => ['ann', secret],
  'in a path': (secret) => `GET /hooks/${secret}/run 404`,
  'behind a word': (secret) => `miss for cache_${secret}`,
  'in JSON': (secret) => JSON.stringify({ a: [{ b: `x\n${secret}` }] }),
  'under a harmless name': (secret) => ({ note: secret }),
}

/** How a token stands under a name. */
const namedForms: Readonly<Record<string, Form>> = {
  'key of an object': (secret, vendor) => ({ [`${vendor}Token`]: secret }),
  'key of a nested object': (secret, vendor) => ({ a: [{ [`${vendor}_api_key`]: secret }] }),
  'name and value': (secret, vendor) => [{ name: `${vendor}_secret`, value: secret }],
  environment: (secret, vendor) => `${vendor.toUpperCase()}_API_TOKEN=${secret}`,
  'environment, spaced': (secret, vendor) => `${vendor}_api_token = "${secret}"`,
  JSON: (secret, vendor) => JSON.stringify({ [`${vendor}_token`]: secret }),
  'JSON in JSON': (secret, vendor) =>
    JSON.stringify({ body: JSON.stringify({ [`${vendor}_token`]: secret }) }),
  inspected: (secret, vendor) => `{ ${vendor}Secret: '${secret}', a: 1 }`,
  YAML: (secret, vendor) => `${vendor}_token: ${secret}`,
  'YAML, in the next line': (secret, vendor) => `${vendor}_token: |\n  ${secret}`,
  XML: (secret, vendor) => `<${vendor}Token>\n  ${secret}\n</${vendor}Token>`,
  Go: (secret, vendor) => `var ${vendor}Token string = "${secret}"`,
  'Go, short': (secret, vendor) => `${vendor}Token := \`${secret}\``,
  make: (secret, vendor) => `${vendor.toUpperCase()}_TOKEN ?= "${secret}"`,
  Ruby: (secret, vendor) => `"${vendor}Token" => "${secret}"`,
  CSV: (secret, vendor) => `${vendor}Token,${secret},`,
  header: (secret, vendor) => `X-${vendor}-Api-Key: ${secret}\r\nAccept: */*`,
  'bearer header': (secret) => `Authorization: Bearer ${secret}`,
  address: (secret) => `GET https://api.example/v1?access_token=${secret}&page=2`,
  option: (secret, vendor) => `deploy --${vendor}-token ${secret} --verbose`,
  SQL: (secret, vendor) => `UPDATE config SET ${vendor}_token = '${secret}' WHERE id = 1`,
}

interface Published {
  readonly kind: string
  readonly vendor: string
  readonly shape: string
}

export interface Recall {
  readonly form: string
  readonly hidden: number
  readonly all: number
  /** The kinds of the tokens that are not hidden. */
  readonly missed: readonly string[]
}

/** The share of published tokens that is hidden, for each form. */
export function measureRecall(
  samples: number,
): Readonly<Record<'bare' | 'named', readonly Recall[]>> {
  const prefixed = prefixedShapes.map(([kind, shape]) => ({ kind, vendor: 'acme', shape }))
  const vendors = namedShapes.map(([vendor, shape]) => ({ kind: vendor, vendor, shape }))
  return {
    bare: measureForms(bareForms, prefixed, samples),
    named: measureForms(namedForms, [...prefixed, ...vendors], samples),
  }
}

function measureForms(
  forms: Readonly<Record<string, Form>>,
  shapes: readonly Published[],
  samples: number,
): readonly Recall[] {
  return Object.entries(forms).map(([form, write]) => {
    const random = createRandom(form.length)
    const missed = shapes.flatMap(({ kind, vendor, shape }) =>
      Array.from({ length: samples }, () => makeToken(shape, random))
        .filter((secret) => !isHidden(write(secret, vendor), secret))
        .map(() => kind),
    )
    const all = shapes.length * samples
    return { form, hidden: all - missed.length, all, missed }
  })
}

function isHidden(logged: unknown, secret: string): boolean {
  const shown = typeof logged === 'string' ? redactor.text(logged) : redactor.value(logged)
  return longestRest(JSON.stringify(shown), secret) <= Math.min(maxRest, secret.length - 1)
}

export function shareOf(recalls: readonly Recall[]): number {
  const sum = (count: (recall: Recall) => number): number =>
    recalls.reduce((total, recall) => total + count(recall), 0)
  return sum(({ hidden }) => hidden) / sum(({ all }) => all)
}
