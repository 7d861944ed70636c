import type { Body } from '../golden/fake-slack.ts'
import type { World } from '../golden/support.ts'

/** A report as people read it, and when it was sent. */
export interface ShownReport {
  readonly at: string
  readonly channel: unknown
  readonly lines: readonly string[]
}

/** The reports that were sent, oldest first. */
export function reportsIn(
  world: World,
  startedAt = Date.UTC(2026, 4, 4, 9, 30),
): readonly ShownReport[] {
  return world.slack.recorded
    .filter(
      ({ method, body }) => method === 'chat.postMessage' && String(body['text']).startsWith('📊'),
    )
    .map(({ atMs, body }) => ({
      at: new Date(startedAt + atMs).toISOString().slice(0, 16),
      channel: body['channel'],
      lines: linesOf(body),
    }))
}

type Node = Readonly<Record<string, unknown>>

/** Its lines: a row of a table with bars, a chart with what its points have. */
export function linesOf({ text, blocks, attachments }: Body): readonly string[] {
  const list = [...((blocks ?? []) as readonly Node[]), ...attachedTo(attachments)]
  return list.length === 0 ? String(text).split('\n') : list.flatMap(linesOfBlock)
}

function attachedTo(attachments: unknown): readonly Node[] {
  return ((attachments ?? []) as readonly Node[]).flatMap(
    ({ blocks }) => (blocks ?? []) as readonly Node[],
  )
}

function linesOfBlock(block: Node): readonly string[] {
  switch (block['type']) {
    case 'table': {
      const rows = block['rows'] as readonly (readonly Node[])[]
      return rows.map((cells) => cells.map((cell) => textsIn(cell).join('')).join(' | '))
    }
    case 'data_visualization': {
      const { series } = block['chart'] as {
        readonly series: readonly { readonly data: readonly { label: string; value: number }[] }[]
      }
      const points = series.flatMap(({ data }) => data).filter(({ value }) => value > 0)
      return [
        `${String(block['title'])}: ${points.map((each) => `${each.label} ${each.value}`).join(', ')}`,
      ]
    }
    case 'rich_text':
      return (block['elements'] as readonly Node[]).flatMap((part) =>
        part['type'] === 'rich_text_list'
          ? (part['elements'] as readonly Node[]).map((item) => `• ${textsIn(item).join('')}`)
          : textsIn(part).join(''),
      )
    default:
      return textsIn(block).flatMap((text) => text.split('\n'))
  }
}

function textsIn(node: Node): readonly string[] {
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === 'text' && typeof value === 'string') return [readable(value)]
    return typeof value === 'object' && value !== null ? textsIn(value as Node) : []
  })
}

function readable(text: string): string {
  return text.replace(/<!date\^[^|<>]*\|([^<>]*)>/g, '$1')
}
