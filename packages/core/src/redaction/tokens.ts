const replacement = '[redacted]'

/**
 * Tokens that tell what they are by how they begin.
 *
 * Lower bounds on the length are loose: better a harmless text too many than half a token that was cut off.
 */
const tokenForms: readonly string[] = [
  'xox[a-z](?:\\.xox[a-z])?-[\\w-]{8,}', // Slack
  'xapp-[\\w-]{8,}',
  '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}', // AWS
  'gh[opsur]_[A-Za-z0-9]{16,}', // GitHub
  'github_pat_\\w{16,}',
  'gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat)-[\\w-]{16,}', // GitLab
  '[rs]k_(?:live|test)_[A-Za-z0-9]{8,}', // Stripe
  'whsec_[A-Za-z0-9+/=]{16,}',
  'npm_[A-Za-z0-9]{20,}',
  'AIza[\\w-]{24,}', // Google
  'ya29\\.[\\w-]{16,}',
  'GOCSPX-[\\w-]{16,}',
  'sk-(?:proj-|svcacct-|admin-|ant-|or-)?(?=[a-zA-Z_-]{0,64}\\d)[\\w-]{16,}', // OpenAI, Anthropic
  'SG\\.[\\w-]{16,}\\.[\\w-]{8,}', // SendGrid
  'SK[0-9a-f]{32}', // Twilio
  'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{16,}', // Shopify
  'do[opr]_v1_[a-f0-9]{32,}', // DigitalOcean
  'hf_[A-Za-z0-9]{24,}', // Hugging Face
  'hv[sb]\\.[\\w-]{16,}', // Vault
  'pypi-[\\w-]{32,}',
  'dckr_pat_[\\w-]{16,}',
  'sq0(?:atp|csp)-[\\w-]{16,}', // Square
  'dapi[a-f0-9]{32}', // Databricks
  'lin_api_[A-Za-z0-9]{16,}',
  'ATATT3[\\w=-]{32,}', // Atlassian
  'eyJ[\\w-]{8,}(?:\\.[\\w-]+){1,4}\\.?', // JWT; eyJ is {" in Base64
]

// The look-behind holds every character a token may have, so that a long run of them is entered once only.
const tokens = new RegExp(`(?<![\\w-])(?:${tokenForms.join('|')})`, 'g')

const mayHoldToken =
  /xox|xapp-|A[KSBC][IC]A|gh[opsur]_|github_pat_|gl[a-z]{2,5}-|k_(?:live|test)_|whsec_|npm_|AIza|ya29|GOCSPX-|sk-|SG\.|SK[0-9a-f]{8}|shp|_v1_|hf_|hv[sb]\.|pypi-|dckr_|sq0|dapi|lin_api_|ATATT3|eyJ/

/** Those of further services, apart: the engine finds few beginnings in a text much faster than many. */
const rarerTokenForms: readonly string[] = [
  'key-[0-9a-f]{32}', // Mailgun
  '[0-9a-f]{32}-us\\d{1,2}', // Mailchimp
  'NRAK-[A-Z0-9]{16,}', // New Relic
  'glsa_[A-Za-z0-9]{16,}_[0-9a-f]{8}', // Grafana
  '[A-Za-z0-9]{14}\\.atlasv1\\.[\\w-]{16,}', // Terraform Cloud
  '(?:ntn|secret|gsk|figd|sbp|r8|sntry[su])_[A-Za-z0-9]{24,}[\\w=+/-]*', // Notion, Groq, Figma, Supabase, Replicate, Sentry
  'pscale_(?:tkn|pw|oauth)_[\\w.-]{16,}', // PlanetScale
  'pat[A-Za-z0-9]{14}\\.[0-9a-f]{32,}', // Airtable
  'dp\\.(?:pt|st|ct|sa|scim|audit)\\.[\\w.-]{16,}', // Doppler
  'vercel_blob_rw_\\w{16,}',
  'PMAK-[0-9a-f]{16,}-[0-9a-f]{16,}', // Postman
  'pul-[0-9a-f]{32,}', // Pulumi
  'rubygems_[0-9a-f]{32,}',
  'fm[12]_[\\w+/=-]{24,}', // Fly.io
  'xai-[A-Za-z0-9]{32,}',
  'EAACEdEose0cBA[A-Za-z0-9]+', // Facebook
  'amzn\\.mws\\.[0-9a-f-]{32,}',
  'AGE-SECRET-KEY-1[A-Z0-9]{32,}',
]

const rarerTokens = new RegExp(`(?<![\\w-])(?:${rarerTokenForms.join('|')})`, 'g')

const mayHoldRarerToken =
  /glsa_|key-|-us\d|NRAK|atlasv1|(?:ntn|secret|gsk|figd|sbp|r8|sntry[su]|pscale|rw|rubygems|fm[12])_|pat\w{14}\.|dp\.|PMAK|pul-|xai-|EAAC|mws|AGE-/

/** `Bearer …` and the like; whether what follows is a credential or a word is asked of it. */
const schemes =
  /(?<![A-Za-z])((?:bearer|basic|negotiate|digest|token|apikey)[ \t]{1,4})([A-Za-z0-9._~+/=-]{8,})/gi

const mayHoldScheme = /bearer|basic|negotiate|digest|token|apikey/i

/** Addresses that let anybody who has them post. */
const webhooks: readonly RegExp[] = [
  /(hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/)[\w/-]{1,256}/g,
  /(discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/)[\w/-]{1,256}/g,
  /(webhook\.office\.com\/webhookb2\/)[\w@/-]{1,512}/g,
  /(api\.telegram\.org\/bot)[\w:-]{1,256}/g,
]

const mayHoldWebhook = /hooks\.slack|webhook|telegram/

const keyBegin = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g
const keyEnd = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g

/** Replaces whatever shows by its own form that it is a credential. */
export function redactTokens(text: string): string {
  let result = text
  if (result.includes('-----')) result = redactPrivateKeys(result)
  if (mayHoldWebhook.test(result)) {
    for (const webhook of webhooks) result = result.replace(webhook, `$1${replacement}`)
  }
  if (mayHoldToken.test(result)) result = result.replace(tokens, replacement)
  if (mayHoldRarerToken.test(result)) result = result.replace(rarerTokens, replacement)
  if (!mayHoldScheme.test(result)) return result
  return result.replace(schemes, (found, scheme: string, value: string) =>
    looksRandom(value) ? scheme + replacement : found,
  )
}

/** A key without its end runs to the end of the text, one without its beginning from the start: the text was cut. */
function redactPrivateKeys(text: string): string {
  keyBegin.lastIndex = 0
  keyEnd.lastIndex = 0
  const orphanEnd = keyEnd.exec(text)
  const firstBegin = keyBegin.exec(text)
  let result = ''
  let shownTo = 0
  if (orphanEnd !== null && (firstBegin === null || orphanEnd.index < firstBegin.index)) {
    result = replacement
    shownTo = keyEnd.lastIndex
  }
  for (let begin = firstBegin; begin !== null; begin = keyBegin.exec(text)) {
    result += text.slice(shownTo, begin.index) + replacement
    keyEnd.lastIndex = keyBegin.lastIndex
    if (keyEnd.exec(text) === null) return result
    shownTo = keyEnd.lastIndex
    keyBegin.lastIndex = shownTo
  }
  return result + text.slice(shownTo)
}

/** A word of prose has neither digits nor capitals inside nor signs: `basic authentication`, `Bearer realm`. */
export function looksRandom(value: string): boolean {
  return /\d|[a-z][A-Z]|[._~+/=]/.test(value.replace(/[.=]+$/, ''))
}
