import { useState } from 'react'
import type { ReactNode } from 'react'
import { fetchMessage } from '../inbox/inbox-api.ts'
import type { PageMessage } from '../inbox/inbox-state.ts'

/** The files of a message; text is fetched when a file is opened. */
export function MessageFiles({ message }: { readonly message: PageMessage }): ReactNode {
  return message.files.map((file) => <FileView key={file.id} file={file} ts={message.ts} />)
}

function FileView(props: {
  readonly file: PageMessage['files'][number]
  readonly ts: string
}): ReactNode {
  const { file, ts } = props
  const [content, setContent] = useState<string>()
  const read = async (): Promise<void> => {
    const whole = await fetchMessage(ts, AbortSignal.timeout(10_000)).catch(asText)
    const text = typeof whole === 'string' ? whole : contentOf(whole.files, file.id)
    setContent(text)
  }
  return (
    <details
      className="card file"
      onToggle={(event) => {
        if (event.currentTarget.open && content === undefined) void read()
      }}
    >
      <summary>
        📄 <strong>{file.title || file.name}</strong>{' '}
        <small>
          {file.name} · {showBytes(file.bytes)}
        </small>
      </summary>
      <pre className="code">{content ?? 'Loading …'}</pre>
    </details>
  )
}

function contentOf(
  files: readonly { readonly id: string; readonly content: string | undefined }[],
  id: string,
): string {
  return files.find((file) => file.id === id)?.content ?? 'This file is not text.'
}

function asText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function showBytes(bytes: number): string {
  const format = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })
  if (bytes < 1000) return `${bytes} bytes`
  return bytes < 1_000_000
    ? `${format.format(bytes / 1000)} kB`
    : `${format.format(bytes / 1_000_000)} MB`
}
