import { memo } from 'react'
import type { ReactNode } from 'react'
import { Inlines } from './inlines.tsx'
import { parseInlines, parseParagraphs } from './parse-mrkdwn.ts'
import type { Paragraph } from './parse-mrkdwn.ts'

interface MrkdwnProps {
  readonly source: string
  /** Whether bare addresses stay text. */
  readonly isVerbatim?: boolean
}

/** Text in Slack's markup. */
export const Mrkdwn = memo(function Mrkdwn({ source, isVerbatim = false }: MrkdwnProps): ReactNode {
  return parseParagraphs(source).map((paragraph, index) => (
    <ParagraphView key={index} paragraph={paragraph} isVerbatim={isVerbatim} />
  ))
})

function ParagraphView(props: {
  readonly paragraph: Paragraph
  readonly isVerbatim: boolean
}): ReactNode {
  const { paragraph, isVerbatim } = props
  if (paragraph.kind === 'code') return <pre className="code">{paragraph.text}</pre>
  const pieces = parseInlines(paragraph.source, { linksAddresses: !isVerbatim })
  if (paragraph.kind === 'quote')
    return (
      <blockquote>
        <Inlines pieces={pieces} />
      </blockquote>
    )
  return (
    <div className="text">
      <Inlines pieces={pieces} />
    </div>
  )
}
