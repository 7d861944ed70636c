import type { ReactNode } from 'react'
import { safeUrl } from './safe-url.ts'

/** A link that opens apart, or only its text where the address is none to follow. */
export function Link(props: { readonly url: string; readonly children: ReactNode }): ReactNode {
  const href = safeUrl(props.url)
  if (href === undefined)
    return (
      <span className="dead-link" title={props.url}>
        {props.children}
      </span>
    )
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
      {props.children}
    </a>
  )
}
