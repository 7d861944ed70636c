import type { ReactNode } from 'react'
import { numberIn, objectIn, objectsIn, textIn } from '../inbox/read-json.ts'
import type { JsonObject } from '../inbox/read-json.ts'
import { Scrolled } from './table.tsx'

/** A chart as bars in a table: the same numbers, readable by everybody. */
export function Chart({ block }: { readonly block: JsonObject }): ReactNode {
  const chart = objectIn(block, 'chart')
  const title = textIn(block, 'title') ?? 'Chart'
  const rows = rowsOf(chart)
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

function rowsOf(chart: JsonObject | undefined): readonly { label: string; value: number }[] {
  const series = objectsIn(chart, 'series')
  if (series.length === 0) return objectsIn(chart, 'segments').map((point) => row(point, ''))
  return series.flatMap((each) =>
    objectsIn(each, 'data').map((point) => row(point, textIn(each, 'name') ?? '')),
  )
}

function row(point: JsonObject, series: string): { label: string; value: number } {
  const label = [series, textIn(point, 'label')].filter(Boolean).join(' · ')
  return { label, value: numberIn(point, 'value') ?? 0 }
}
