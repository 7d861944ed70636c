import * as limits from './block-limits.ts'
import { isObject } from '../json.ts'
import type { Json } from '../json.ts'
import { below } from './issue.ts'
import type { Check } from './issue.ts'
import { richTextBlock } from './rich-text.ts'
import { anything, boolean, list, number, object, oneOf, string, tagged, wrong } from './shape.ts'
import type { Properties } from './shape.ts'

const rawText = object({ type: anything, text: string({ min: 1 }) })
const rawNumber = object({ type: anything, value: number({ isWhole: false }) }, { text: string() })

const cell: Check = tagged({ raw_text: rawText, raw_number: rawNumber, rich_text: richTextBlock })
const headerCell: Check = tagged({ raw_text: rawText, raw_number: rawNumber })

/** Rows and columns that only show. */
export function table(common: Properties): Check {
  return object(
    {
      type: anything,
      rows: list(list(cell, { min: 1, max: limits.maxTableCells }), {
        min: 1,
        max: limits.maxTableRows,
      }),
    },
    {
      ...common,
      column_settings: list(
        object({}, { align: oneOf('left', 'center', 'right'), is_wrapped: boolean }),
        { max: limits.maxTableCells },
      ),
    },
  )
}

/** Rows and columns that can be sorted and paged. */
export function dataTable(common: Properties): Check {
  return object(
    {
      type: anything,
      caption: string({ min: 1 }),
      rows: list(list(cell, { min: 1, max: limits.maxDataTableColumns }), {
        min: 2,
        max: limits.maxDataTableRows,
      }),
    },
    {
      ...common,
      page_size: number({ min: 1, max: limits.maxPageSize }),
      row_header_column_index: number({ min: 0, max: limits.maxDataTableColumns - 1 }),
    },
    equalRows,
    plainHeader,
  )
}

const equalRows: Check = (value, pointer, issues) => {
  const rows = rowsOf(value)
  const columns = rows[0]?.length ?? 0
  const odd = rows.findIndex((row) => row.length !== columns)
  if (odd !== -1)
    issues.push(
      wrong(`must have ${columns} items`, below(below(pointer, 'rows'), odd), {
        type: 'length',
        expected: columns,
      }),
    )
}

const plainHeader: Check = (value, pointer, issues) => {
  const header = below(below(pointer, 'rows'), 0)
  for (const [index, each] of (rowsOf(value)[0] ?? []).entries())
    headerCell(each, below(header, index), issues)
}

function rowsOf(value: Json): readonly (readonly Json[])[] {
  const rows = isObject(value) ? value['rows'] : undefined
  return Array.isArray(rows) ? rows.filter((row) => Array.isArray(row)) : []
}

const point = object({
  label: string({ min: 1, max: limits.maxVisualizationLabel }),
  value: number({ isWhole: false }),
})
const points = list(point, { min: 1, max: limits.maxPoints })
const series = list(
  object({ name: string({ min: 1, max: limits.maxVisualizationLabel }), data: points }),
  { min: 1, max: limits.maxSeries },
)
const axes = object(
  {
    categories: list(string({ min: 1, max: limits.maxVisualizationLabel }), {
      min: 1,
      max: limits.maxPoints,
    }),
  },
  {
    x_label: string({ max: limits.maxVisualizationTitle }),
    y_label: string({ max: limits.maxVisualizationTitle }),
  },
)
const seriesChart = object({ type: anything, series, axis_config: axes })

/** A chart. */
export function dataVisualization(common: Properties): Check {
  return object(
    {
      type: anything,
      title: string({ min: 1, max: limits.maxVisualizationTitle }),
      chart: tagged({
        pie: object({ type: anything, segments: list(point, { min: 1, max: limits.maxSeries }) }),
        bar: seriesChart,
        line: seriesChart,
        area: seriesChart,
      }),
    },
    common,
  )
}
