import type { RawTextElement, RichTextBlock, TableBlock } from '@slack/types'
import type { Detail } from '../../delivery/destination.ts'
import type {
  ReportCell,
  ReportChart,
  ReportList,
  ReportNotification,
} from '../../notification/notification.ts'
import { ellipsize, joinTexts } from '../../notification/text.ts'
import { messageUrl } from '../calls.ts'
import { maxBlocksText, maxChartLabel, maxChartTitle, maxText } from '../limits.ts'
import type { ChartBlock, SlackBlock, SlackMessage } from '../message.ts'
import {
  bold,
  coloredAttachment,
  headerBlock,
  linePart,
  linked,
  noticeBlocks,
  plain,
  plainSectionBlock,
  richTextBlock,
  sectionBlock,
  textLength,
  escapeMrkdwn,
  inertMrkdwn,
  literalMrkdwn,
  spansMrkdwn,
} from './blocks.ts'

/** Wide enough to tell facts apart where they share a line. */
const factSeparator = '   '
const maxNoticeText = 300

/**
 * A report. What not every workspace takes is left out step by step: without the chart, there is a row of bars, and without the table, a line
 * for each problem.
 *
 * @param origin where links to messages lead; `undefined` where messages have no references
 */
export function renderReport(
  report: ReportNotification,
  detail: Detail,
  origin?: string,
): SlackMessage {
  if (detail === 'text') return { text: joinTexts(textLines(report), '\n', maxText) }
  const text = ellipsize(escapeMrkdwn(report.headline), maxText)
  const attachments =
    report.foot === ''
      ? {}
      : { attachments: [coloredAttachment(report.look.color, literalMrkdwn(report.foot))] }
  const blocks = detail === 'full' ? fullBlocks(report, origin) : minimalBlocks(report)
  return { text, blocks, ...attachments }
}

function fullBlocks(report: ReportNotification, origin: string | undefined): readonly SlackBlock[] {
  const { look, title, context, facts, chart, lists, notices } = report
  const above = [
    ...(title === '' ? [] : [headerBlock(`${look.emoji} ${title}`)]),
    sectionBlock(spansMrkdwn(context)),
    ...(facts.length === 0 ? [] : [sectionBlock(factsMrkdwn(report))]),
    ...(chart === undefined ? [] : [chartBlock(chart)]),
  ]
  const below = [
    ...(lists.length === 0
      ? []
      : [richTextBlock(lists.flatMap((list) => listParts(list, origin)))]),
    ...noticeBlocks(notices.map((notice) => ellipsize(literalMrkdwn(notice), maxNoticeText))),
  ]
  return [...above, ...tableBlocks(report, [above, below], origin), ...below]
}

function minimalBlocks(report: ReportNotification): readonly SlackBlock[] {
  const { look, title, context, facts, chart, lists, notices } = report
  const head = title === '' ? '' : `${look.emoji} ${title}`
  const above = [
    sectionBlock(joinTexts([head, spansMrkdwn(context)], '\n')),
    ...(facts.length === 0 ? [] : [sectionBlock(factsMrkdwn(report))]),
    ...(chart === undefined ? [] : [plainSectionBlock(barsOf(chart))]),
  ]
  const below = [
    ...lists.map((list) => plainSectionBlock(listLines(list).join('\n'))),
    ...notices.map((notice) => plainSectionBlock(ellipsize(notice, maxNoticeText))),
  ]
  return [...above, ...tableBlocks(report, [above, below], undefined), ...below]
}

/** The essentials as text alone, for where blocks are refused. */
function textLines(report: ReportNotification): readonly string[] {
  const { headline, facts, chart, table, lists, notices, foot } = report
  return [
    headline,
    facts.map(({ label, text }) => `${label}: ${text}`).join(factSeparator),
    chart === undefined ? '' : barsOf(chart),
    ...(table?.rows.map((cells) => `• ${cells.map(({ text }) => text).join(' · ')}`) ?? []),
    ...lists.flatMap(listLines),
    ...notices,
    foot,
  ].map(inertMrkdwn)
}

function factsMrkdwn({ facts }: ReportNotification): string {
  return facts.map(({ label, text }) => `*${label}* ${literalMrkdwn(text)}`).join(factSeparator)
}

function barsOf({ title, bars }: ReportChart): string {
  return `${title}: ${bars}`
}

function chartBlock({ title, series, points }: ReportChart): ChartBlock {
  const labels = points.map(({ label }) => ellipsize(label, maxChartLabel))
  const data = points.map(({ count }, index) => ({ label: labels[index] ?? '', value: count }))
  return {
    type: 'data_visualization',
    title: ellipsize(title, maxChartTitle),
    chart: {
      type: 'bar',
      series: [{ name: ellipsize(series, maxChartLabel), data }],
      axis_config: { categories: labels },
    },
  }
}

/** As many rows as there is room for beside the other blocks. */
function tableBlocks(
  { table, foot }: ReportNotification,
  others: object,
  origin: string | undefined,
): readonly TableBlock[] {
  if (table === undefined) return []
  const { columns, rows } = table
  // An attachment has its text twice.
  let room = maxBlocksText - textLength(others) - foot.length * 2
  const shown: TableBlock['rows'] = []
  for (const cells of [columns.map(({ title }) => ({ text: title })), ...rows]) {
    const row = cells.map((cell) => cellOf(cell, origin))
    room -= textLength(row)
    if (room < 0) break
    shown.push(row)
  }
  const column_settings = columns.map(({ isNumber }) =>
    isNumber ? { align: 'right' as const } : { is_wrapped: true },
  )
  return shown.length < 2 ? [] : [{ type: 'table', rows: shown, column_settings }]
}

function cellOf(
  { text, ref }: ReportCell,
  origin: string | undefined,
): RawTextElement | RichTextBlock {
  if (origin === undefined || ref === undefined) return rawText(text)
  return { type: 'rich_text', elements: [linePart(linked(text, messageUrl(origin, ref)))] }
}

/** Slack takes no empty cell. */
function rawText(text: string): RawTextElement {
  return { type: 'raw_text', text: text === '' ? '–' : text }
}

function listParts(
  { title, items, more }: ReportList,
  origin: string | undefined,
): Parameters<typeof richTextBlock>[0] {
  const elements = items.map(({ text, ref }) =>
    linePart(
      origin === undefined || ref === undefined
        ? plain(text)
        : linked(text, messageUrl(origin, ref)),
    ),
  )
  const rest = more === '' ? [] : [linePart(plain(more))]
  return [
    linePart(bold(title)),
    { type: 'rich_text_list', style: 'bullet', elements: [...elements, ...rest] },
  ]
}

function listLines({ title, items, more }: ReportList): readonly string[] {
  return [title, ...items.map(({ text }) => `• ${text}`), ...(more === '' ? [] : [more])]
}
