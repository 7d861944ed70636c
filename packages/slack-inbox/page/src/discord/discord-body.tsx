import { memo } from 'react'
import type { ReactNode } from 'react'
import type { DiscordContent } from '../../../src/workspace/message.ts'
import { numberIn, objectIn, objectsIn, textIn } from '../inbox/read-json.ts'
import type { JsonObject } from '../inbox/read-json.ts'
import { Inlines, Link } from '../text/inlines.tsx'
import { parseDiscord } from './parse-discord.ts'
import type { DiscordBlock } from './parse-discord.ts'

const quietFlag = 4096
const suppressEmbedsFlag = 4

/** The ids of the tags of the inbox's forum. */
const tagNames: Readonly<Record<string, string>> = {
  '1100000000000000011': 'active',
  '1100000000000000012': 'quiet',
  '1100000000000000013': 'resolved',
  '1100000000000000014': 'muted',
}

/** A message of Discord in Discord's look. */
export function DiscordBody({ content }: { readonly content: DiscordContent }): ReactNode {
  const { threadName, isPost = false, tags = [], replyTo, flags } = content
  const embeds = (flags & suppressEmbedsFlag) === 0 ? content.embeds : []
  return (
    <div className="discord">
      {replyTo !== undefined && (
        <div className="discord-reply">↱ replies to an earlier message</div>
      )}
      {isPost && (
        <>
          <div className="discord-post">{threadName}</div>
          {tags.map((tag) => (
            <span key={tag} className="discord-tag">
              {tagNames[tag] ?? tag}
            </span>
          ))}
        </>
      )}
      <DiscordText source={content.content} />
      {embeds.map((embed, index) => (
        <Embed key={index} embed={embed} />
      ))}
      {threadName !== undefined && !isPost && (
        <div className="discord-thread">
          <span aria-hidden="true">🧵</span> <strong>{threadName}</strong>
        </div>
      )}
      {(flags & quietFlag) !== 0 && <div className="discord-quiet">🔕 notifies nobody</div>}
    </div>
  )
}

function Embed({ embed }: { readonly embed: JsonObject }): ReactNode {
  const color = numberIn(embed, 'color')
  const title = textIn(embed, 'title')
  const url = textIn(embed, 'url')
  const footer = textIn(objectIn(embed, 'footer'), 'text')
  const fields = objectsIn(embed, 'fields')
  const shownTitle = title !== undefined && <DiscordText source={title} />
  return (
    <div
      className="discord-embed"
      style={color === undefined ? undefined : { borderColor: hex(color) }}
    >
      {shownTitle !== false && (
        <div className="discord-title">
          {url === undefined ? shownTitle : <Link url={url}>{shownTitle}</Link>}
        </div>
      )}
      <DiscordText source={textIn(embed, 'description') ?? ''} />
      {fields.length > 0 && (
        <div className="discord-fields">
          {fields.map((field, index) => (
            <div key={index} className={field['inline'] === true ? undefined : 'wide'}>
              <strong>
                <DiscordText source={textIn(field, 'name') ?? ''} />
              </strong>
              <DiscordText source={textIn(field, 'value') ?? ''} />
            </div>
          ))}
        </div>
      )}
      {footer !== undefined && <div className="discord-footer">{footer}</div>}
    </div>
  )
}

function hex(color: number): string {
  return `#${color.toString(16).padStart(6, '0')}`
}

/** Text in Discord's markdown. */
const DiscordText = memo(function DiscordText({ source }: { readonly source: string }): ReactNode {
  return parseDiscord(source).map((block, index) => <BlockView key={index} block={block} />)
})

function BlockView({ block }: { readonly block: DiscordBlock }): ReactNode {
  switch (block.kind) {
    case 'code':
      return <pre className="code">{block.text}</pre>
    case 'item':
      return (
        <div className="text discord-item">
          {block.mark} <Inlines pieces={block.pieces} />
        </div>
      )
    case 'quote':
      return (
        <blockquote>
          <Inlines pieces={block.pieces} />
        </blockquote>
      )
    default:
      return (
        <div className={block.kind === 'text' ? 'text' : `text discord-${block.kind}`}>
          <Inlines pieces={block.pieces} />
        </div>
      )
  }
}
