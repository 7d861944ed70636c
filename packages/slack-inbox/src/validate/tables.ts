import { isObject, type Json, type JsonObject } from '../json.ts'
import * as limits from './limits.ts'
import { boolean, type Check, list, number, object, oneOf, string, tagged, typed } from './shape.ts'
import { blockProperties, richTextBlock } from './text.ts'

const rawText = typed({ text: string({ min: 1 }) })
const rawNumber = typed({ value: number({ isWhole: false }) }, { text: string() })

const cell: Check = tagged({ raw_text: rawText, raw_number: rawNumber, rich_text: richTextBlock })
const headerCell: Check = tagged({ raw_text: rawText, raw_number: rawNumber })

export const table: Check = typed(
  {
    rows: list(list(cell, { min: 1, max: limits.maxTableCells }), {
      min: 1,
      max: limits.maxTableRows,
    }),
  },
  {
    ...blockProperties,
    column_settings: list(
      object({}, { align: oneOf('left', 'center', 'right'), is_wrapped: boolean }),
      { max: limits.maxTableCells },
    ),
  },
)

const equalRows: Check = (value, context) => {
  const rows = rowsOf(value)
  const columns = rows[0]?.length ?? 0
  const odd = rows.findIndex((row) => row.length !== columns)
  if (odd !== -1)
    context.below('rows').below(odd).report(`must have ${columns} items`, 'length', columns)
}

const plainHeader: Check = (value, context) => {
  const header = context.below('rows').below(0)
  for (const [index, each] of (rowsOf(value)[0] ?? []).entries())
    headerCell(each, header.below(index))
}

function rowsOf(value: Json): readonly (readonly Json[])[] {
  const rows = isObject(value) ? value['rows'] : undefined
  return Array.isArray(rows) ? rows.filter((row) => Array.isArray(row)) : []
}

/** A table that can be sorted and paged. */
export const dataTable: Check = typed(
  {
    caption: string({ min: 1 }),
    rows: list(list(cell, { min: 1, max: limits.maxDataTableColumns }), {
      min: 2,
      max: limits.maxDataTableRows,
    }),
  },
  {
    ...blockProperties,
    page_size: number({ min: 1, max: limits.maxPageSize }),
    row_header_column_index: number({ min: 0, max: limits.maxDataTableColumns - 1 }),
  },
  equalRows,
  plainHeader,
)

const label = string({ min: 1, max: limits.maxVisualizationLabel })
const title = string({ max: limits.maxVisualizationTitle })
const point = object({ label, value: number({ isWhole: false }) })
const points = list(point, { min: 1, max: limits.maxPoints })
const series = list(object({ name: label, data: points }), { min: 1, max: limits.maxSeries })
const categories = list(label, { min: 1, max: limits.maxPoints })

/** Each series has a name of its own, and a point for each category. */
const matchingSeries: Check = (value, context) => {
  const names = new Set<Json | undefined>()
  const labels = categoriesOf(value)
  for (const [index, given] of listIn(value, 'series').entries()) {
    const { name } = given as JsonObject
    const at = context.below('series').below(index)
    if (names.has(name)) at.below('name').report('series names must be unique', 'unique', 'name')
    names.add(name)
    const own = listIn(given, 'data').map((one) => (isObject(one) ? one['label'] : undefined))
    if (own.length !== labels.length || own.some((each) => !labels.includes(each ?? '')))
      at.below('data').report('labels must match the categories of the axis', 'enum', labels)
  }
}

function categoriesOf(chart: Json): readonly Json[] {
  return isObject(chart) ? listIn(chart['axis_config'] ?? {}, 'categories') : []
}

function listIn(value: Json, name: string): readonly Json[] {
  const items = isObject(value) ? value[name] : undefined
  return Array.isArray(items) ? items : []
}

const seriesChart = typed(
  { series, axis_config: object({ categories }, { x_label: title, y_label: title }) },
  {},
  matchingSeries,
)

/** A chart. */
export const dataVisualization: Check = typed(
  {
    title: string({ min: 1, max: limits.maxVisualizationTitle }),
    chart: tagged({
      pie: typed({ segments: list(point, { min: 1, max: limits.maxSeries }) }),
      bar: seriesChart,
      line: seriesChart,
      area: seriesChart,
    }),
  },
  blockProperties,
)
