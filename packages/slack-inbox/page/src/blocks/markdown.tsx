import { lexer } from 'marked'
import type { Token, Tokens } from 'marked'
import { useMemo } from 'react'
import type { ReactNode } from 'react'
import { Link } from '../text/inlines.tsx'
import { Scrolled } from './table.tsx'

/** A markdown block. It uses only the tokens of marked, so HTML in the text stays text. */
export function Markdown({ source }: { readonly source: string }): ReactNode {
  const tokens = useMemo(() => lexer(source, { gfm: true }), [source])
  return (
    <div className="markdown">
      <TokensView tokens={tokens} />
    </div>
  )
}

function TokensView({ tokens }: { readonly tokens: readonly Token[] | undefined }): ReactNode {
  return tokens?.map((token, index) => <TokenView key={index} token={token} />)
}

const shown: Readonly<Record<string, (token: Tokens.Generic) => ReactNode>> = {
  space: () => null,
  hr: () => <hr />,
  br: () => <br />,
  heading: ({ tokens }) => (
    <div className="header header-2" role="heading" aria-level={3}>
      <TokensView tokens={tokens} />
    </div>
  ),
  paragraph: ({ tokens }) => (
    <p>
      <TokensView tokens={tokens} />
    </p>
  ),
  blockquote: ({ tokens }) => (
    <blockquote>
      <TokensView tokens={tokens} />
    </blockquote>
  ),
  code: ({ text, lang }) => (
    <pre className="code" data-language={String(lang ?? '')}>
      {text}
    </pre>
  ),
  codespan: ({ text }) => <code>{text}</code>,
  strong: ({ tokens }) => (
    <strong>
      <TokensView tokens={tokens} />
    </strong>
  ),
  em: ({ tokens }) => (
    <em>
      <TokensView tokens={tokens} />
    </em>
  ),
  del: ({ tokens }) => (
    <s>
      <TokensView tokens={tokens} />
    </s>
  ),
  link: ({ href, tokens }) => (
    <Link url={String(href)}>
      <TokensView tokens={tokens} />
    </Link>
  ),
  image: ({ href, text }) => <Link url={String(href)}>🖼 {text || href}</Link>,
  // List items show it.
  checkbox: () => null,
  escape: ({ text }) => text,
  text: (token) =>
    token.tokens === undefined ? token['text'] : <TokensView tokens={token.tokens} />,
  list: (token) => <List token={token as Tokens.List} />,
  table: (token) => <Table token={token as Tokens.Table} />,
}

function TokenView({ token }: { readonly token: Token }): ReactNode {
  const show = Object.hasOwn(shown, token.type) ? shown[token.type] : undefined
  return show === undefined ? token.raw : show(token)
}

function List({ token }: { readonly token: Tokens.List }): ReactNode {
  const items = token.items.map((item, index) => (
    <li key={index} className={item.task ? 'task-item' : undefined}>
      {item.task && <span aria-hidden="true">{item.checked === true ? '☑ ' : '☐ '}</span>}
      <TokensView tokens={item.tokens} />
    </li>
  ))
  return token.ordered ? (
    <ol className="list" start={Number(token.start) || 1}>
      {items}
    </ol>
  ) : (
    <ul className="list">{items}</ul>
  )
}

function Table({ token }: { readonly token: Tokens.Table }): ReactNode {
  return (
    <Scrolled label="Table">
      <table>
        <thead>
          <tr>
            {token.header.map((cell, index) => (
              <th key={index} scope="col">
                <TokensView tokens={cell.tokens} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>
                  <TokensView tokens={cell.tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  )
}
