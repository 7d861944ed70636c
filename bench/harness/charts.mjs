import { mkdirSync, writeFileSync } from 'node:fs'
import * as echarts from 'echarts'

const folder = new URL('../../docs/charts/', import.meta.url)
const ink = '#57606a'
const charts = [
  {
    file: 'app-thread.svg',
    title: 'CPU of the application’s thread per error',
    unit: 'times the baseline without Slack',
    label: 'app-thread CPU',
    isLogarithmic: true,
    rows: {
      'winston-storm': 'winston-slack',
      'winston-one-error': 'winston-slack, one Error object',
      'winston-distinct-messages': 'winston-slack, 10,000 messages',
      'winston-distinct-problems': 'winston-slack, 10,000 problems',
      'pino-storm': 'pino-slack, worker',
      'peer-pino-slack-transport': 'pino-slack-transport',
      'peer-pino-slack-webhook': '@youngkiu/pino-slack-webhook',
      'peer-bunyan-slack': 'bunyan-slack',
      'peer-winston-slack-webhook-transport': 'winston-slack-webhook-transport',
    },
  },
  {
    file: 'fatal.svg',
    title: 'The longest logger.fatal while Slack hangs and 2,000 errors are queued',
    unit: 'milliseconds',
    label: 'longest call',
    isLogarithmic: true,
    rows: {
      'fatal-backlog': 'pino-slack',
      'peer-fatal-backlog-pino-slack-transport': 'pino-slack-transport',
      'peer-fatal-backlog-pino-slack-webhook': '@youngkiu/pino-slack-webhook',
    },
  },
]

/** Draws the charts whose rows were measured; the others stay unchanged. */
export function writeCharts({ results }) {
  mkdirSync(folder, { recursive: true })
  for (const chart of charts) {
    const bars = barsOf(chart, results)
    if (bars.length > 0) writeFileSync(new URL(chart.file, folder), `${draw(chart, bars)}\n`)
  }
}

function barsOf({ rows, label }, results) {
  return Object.entries(rows).flatMap(([name, title]) => {
    const figures = results.find((result) => result.name === name)?.figures ?? []
    const figure = figures.find((one) => one.label === label)
    if (figure === undefined) return []
    return [
      { title, value: Number(figure.median.toPrecision(3)), isOurs: !name.startsWith('peer-') },
    ]
  })
}

function draw({ title, unit, isLogarithmic }, bars) {
  const chart = echarts.init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: 760,
    height: 110 + 34 * bars.length,
  })
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: { text: title, subtext: unit, left: 12, top: 8, textStyle: { fontSize: 15 } },
    grid: { left: 12, right: 70, top: 64, bottom: 12, containLabel: true },
    xAxis: {
      type: isLogarithmic ? 'log' : 'value',
      axisLabel: { color: ink },
      splitLine: { lineStyle: { color: '#eaeef2' } },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: bars.map((bar) => bar.title),
      axisTick: { show: false },
      axisLabel: { color: ink },
    },
    series: [
      {
        type: 'bar',
        barMaxWidth: 18,
        label: { show: true, position: 'right', color: '#24292f' },
        data: bars.map(({ value, isOurs }) => ({
          value,
          itemStyle: { color: isOurs ? '#2da44e' : '#afb8c1' },
        })),
      },
    ],
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}
