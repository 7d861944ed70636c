/** A row's figures as lines of a table. */
export function showRow({ name, title, figures }) {
  const lines = figures.map(({ label, median, min, max, unit, goal, isMet }) => {
    const spread = min === max ? '' : `(${show(min)} – ${show(max)})`
    const verdict = goal === undefined ? '' : `${isMet ? '✓' : '✗'} at most ${show(goal)}`
    return `  ${label.padEnd(24)}${show(median).padStart(10)} ${unit.padEnd(3)} ${spread.padEnd(24)} ${verdict}`
  })
  return [`${name} · ${title}`, ...lines.map((line) => line.trimEnd())].join('\n')
}

/** Three significant digits; whole numbers unchanged. */
export function show(value) {
  if (!Number.isFinite(value)) return String(value)
  if (Number.isInteger(value) || Math.abs(value) >= 1000)
    return Math.round(value).toLocaleString('en')
  return value.toPrecision(3)
}
