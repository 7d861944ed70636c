import { useState } from 'react'
import type { CSSProperties, ReactNode } from 'react'
import { isObject, listIn, numberIn, objectIn, objectsIn, textIn } from '../inbox/read-json.ts'
import type { Json, JsonObject } from '../inbox/read-json.ts'
import { RichText } from './rich-text.tsx'

interface BlockProps {
  readonly block: JsonObject
}

/** A table block, whose first row is the header. */
export function Table({ block }: BlockProps): ReactNode {
  return (
    <Scrolled label="Table">
      <Rows rows={rowsOf(block)} columns={objectsIn(block, 'column_settings')} />
    </Scrolled>
  )
}

const defaultPageSize = 5

/** A table with a caption and pages of rows. */
export function DataTable({ block }: BlockProps): ReactNode {
  const [page, setPage] = useState(0)
  const [head = [], ...body] = rowsOf(block)
  const size = numberIn(block, 'page_size') ?? defaultPageSize
  const pages = Math.max(1, Math.ceil(body.length / size))
  const caption = textIn(block, 'caption') ?? ''
  return (
    <div>
      <Scrolled label={caption}>
        <Rows
          rows={[head, ...body.slice(page * size, (page + 1) * size)]}
          columns={[]}
          caption={caption}
        />
      </Scrolled>
      {pages > 1 && (
        <div className="pager">
          <button
            type="button"
            disabled={page === 0}
            onClick={() => {
              setPage(page - 1)
            }}
          >
            Previous
          </button>
          <span>
            {page + 1} of {pages}
          </span>
          <button
            type="button"
            disabled={page === pages - 1}
            onClick={() => {
              setPage(page + 1)
            }}
          >
            Next
          </button>
        </div>
      )}
    </div>
  )
}

/** Scrolls horizontally, also by keyboard: a table may be wider than the screen. */
export function Scrolled(props: {
  readonly label: string
  readonly children: ReactNode
}): ReactNode {
  return (
    <div className="scrolled" role="group" aria-label={props.label} tabIndex={0}>
      {props.children}
    </div>
  )
}

function Rows(props: {
  readonly rows: readonly (readonly Json[])[]
  readonly columns: readonly JsonObject[]
  readonly caption?: string
}): ReactNode {
  const [head = [], ...body] = props.rows
  const styleOf = (column: number): CSSProperties => columnStyle(props.columns[column])
  return (
    <table>
      {props.caption !== undefined && <caption>{props.caption}</caption>}
      <thead>
        <tr>
          {head.map((cell, column) => (
            <th key={column} scope="col" style={styleOf(column)}>
              <Cell cell={cell} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {body.map((row, index) => (
          <tr key={index}>
            {row.map((cell, column) => (
              <td key={column} style={styleOf(column)}>
                <Cell cell={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Cell({ cell }: { readonly cell: Json }): ReactNode {
  if (!isObject(cell)) return null
  if (cell['type'] === 'rich_text') return <RichText block={cell} />
  return textIn(cell, 'text') ?? String(numberIn(cell, 'value') ?? '')
}

function columnStyle(settings: JsonObject | undefined): CSSProperties {
  const align = textIn(settings, 'align')
  return {
    textAlign: align === 'right' || align === 'center' ? align : 'left',
    whiteSpace: settings?.['is_wrapped'] === true ? 'normal' : 'nowrap',
  }
}

function rowsOf(block: JsonObject): readonly (readonly Json[])[] {
  return listIn(block, 'rows').map((row): readonly Json[] => (Array.isArray(row) ? row : []))
}

/** A chart as bars in a table, which is accessible too. */
export function Chart({ block }: BlockProps): ReactNode {
  const chart = objectIn(block, 'chart')
  const title = textIn(block, 'title') ?? 'Chart'
  const rows = chartRows(chart)
  const largest = Math.max(1, ...rows.map(({ value }) => Math.abs(value)))
  return (
    <Scrolled label={title}>
      <table className="chart">
        <caption>
          {title} ({textIn(chart, 'type')})
        </caption>
        <tbody>
          {rows.map(({ label, value }, index) => (
            <tr key={index}>
              <th scope="row">{label}</th>
              <td>
                <i className="bar" style={{ width: `${(Math.abs(value) / largest) * 12}rem` }} />{' '}
                {value}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  )
}

function chartRows(chart: JsonObject | undefined): readonly { label: string; value: number }[] {
  const series = objectsIn(chart, 'series')
  if (series.length === 0) return objectsIn(chart, 'segments').map((point) => chartRow(point, ''))
  return series.flatMap((each) =>
    objectsIn(each, 'data').map((point) => chartRow(point, textIn(each, 'name') ?? '')),
  )
}

function chartRow(point: JsonObject, series: string): { label: string; value: number } {
  const label = [series, textIn(point, 'label')].filter(Boolean).join(' · ')
  return { label, value: numberIn(point, 'value') ?? 0 }
}
