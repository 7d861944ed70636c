import type { ReportCell, ReportList, ReportNotification, ReportTable } from '@slack-logger/core'
import { code, joined, link, markdown, spans } from './markdown.ts'

/** Where a reader finds a message; `undefined` if that is not known. */
export type UrlOf = (ref: string) => string | undefined

/** Leaves room for the title, the fields and the footer. */
const maxText = 3900

/** The text of a report: whole parts, as many as fit. */
export function reportText(report: ReportNotification, urlOf: UrlOf): string {
  const { context, chart, table, lists, notices } = report
  const parts = [
    spans(context, 400),
    chart === undefined ? '' : `${markdown(chart.title, 100)} ${code(chart.bars, 60)}`,
    ...(table === undefined ? [] : tableLines(table, urlOf)),
    ...lists.flatMap((list) => listLines(list, urlOf)),
    ...notices.map((notice) => `⚠️ ${markdown(notice, 300)}`),
  ]
  return joined(parts, '\n', maxText)
}

/** A line for each row, since Discord has no tables: the numbers, then the texts. */
function tableLines({ columns, rows }: ReportTable, urlOf: UrlOf): readonly string[] {
  return rows.map((cells) => {
    const shown = cells.map((cell, index) => ({
      cell,
      isNumber: columns[index]?.isNumber === true,
    }))
    const parts = shown
      .toSorted((a, b) => Number(b.isNumber) - Number(a.isNumber))
      .map(({ cell, isNumber }) =>
        isNumber ? `**${markdown(cell.text, 40)}**` : cellText(cell, urlOf),
      )
    return `- ${joined(parts, ' · ', 1000)}`
  })
}

function listLines({ title, items, more }: ReportList, urlOf: UrlOf): readonly string[] {
  return [
    `**${markdown(title, 200)}**`,
    ...items.map((item) => `- ${cellText(item, urlOf)}`),
    markdown(more, 200),
  ]
}

function cellText({ text, ref }: ReportCell, urlOf: UrlOf): string {
  const url = ref === undefined ? undefined : urlOf(ref)
  return url === undefined ? markdown(text, 240) : link(text, url)
}
