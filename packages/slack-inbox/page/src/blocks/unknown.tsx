import type { ReactNode } from 'react'
import type { Json } from '../inbox/read-json.ts'

/** Something this page has no picture of: its JSON says at least what was sent. */
export function Unknown({ value }: { readonly value: Json }): ReactNode {
  return <pre className="code">{JSON.stringify(value, undefined, 2)}</pre>
}
