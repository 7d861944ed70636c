import { redacted } from './bounded-text.ts'
import { looksRandom } from './values.ts'

const keyBegin = '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----'
const keyEnd = '-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----'

/** A key without its end runs to the end of the text, one without its beginning from the start: the text was cut. */
const privateKeys = new RegExp(
  `${keyBegin}[^]*?(?:${keyEnd}|$)|^(?:(?!${keyBegin})[^])*?${keyEnd}`,
  'g',
)

/**
 * Tokens that begin in a way that no other text does.
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

// The look-behind holds every character a token may have, so that a long run of them is entered once only.
const tokens = new RegExp(`(?<![\\w-])(?:${tokenForms.join('|')})`, 'g')

/** `Bearer …` and the like, if what follows looks like a credential and not like a word. */
const schemes =
  /(?<![A-Za-z])((?:bearer|basic|negotiate|digest|token|apikey)[ \t]{1,4})([A-Za-z0-9._~+/=-]{8,})/gi

export function redactPrivateKeys(text: string): string {
  return text.includes('-----') ? text.replace(privateKeys, redacted) : text
}

/** Redacts what has the form of a credential. */
export function redactTokens(text: string): string {
  return text
    .replace(tokens, redacted)
    .replace(schemes, (found, scheme: string, value: string) =>
      looksRandom(value) ? scheme + redacted : found,
    )
}
