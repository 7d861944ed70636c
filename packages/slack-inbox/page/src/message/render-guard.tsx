import { Component } from 'react'
import type { ReactNode } from 'react'

interface RenderGuardProps {
  readonly value: unknown
  readonly children: ReactNode
}

/** A message that this page cannot show takes nothing else down: its JSON stands in its place. */
export class RenderGuard extends Component<
  RenderGuardProps,
  { readonly problem: string | undefined }
> {
  override state: { readonly problem: string | undefined } = { problem: undefined }

  static getDerivedStateFromError(error: unknown): { problem: string } {
    return { problem: error instanceof Error ? error.message : String(error) }
  }

  override render(): ReactNode {
    const { problem } = this.state
    if (problem === undefined) return this.props.children
    return (
      <div role="alert">
        <p>This page could not show the message: {problem}</p>
        <pre className="code">{JSON.stringify(this.props.value, undefined, 2)}</pre>
      </div>
    )
  }
}
