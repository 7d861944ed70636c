import type { ReactNode } from 'react'
import type { Json } from '../inbox/read-json.ts'

/** The JSON of something that the page does not support. */
export function Unknown({ value }: { readonly value: Json }): ReactNode {
  return <pre className="code">{JSON.stringify(value, undefined, 2)}</pre>
}
