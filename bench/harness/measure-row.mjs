import { runSubject } from './run-subject.mjs'

/** Runs a row's pairs, ours first, and returns the median and the spread of each figure, and all measurements. */
export async function measureRow(row, { pairs, env = {} }) {
  const raw = []
  for (let pair = 0; pair < pairs; pair += 1) {
    const ours = await runSubject(withEnv(row.ours, env))
    const baseline = row.baseline && (await runSubject(withEnv(row.baseline, env)))
    raw.push({ ours, ...(baseline && { baseline }) })
  }
  const figures = row.figures.map(({ label, value, unit, goal }) => {
    const spread = spreadOf(raw.map(({ ours, baseline }) => value(ours, baseline)))
    return {
      label,
      unit,
      ...spread,
      ...(goal !== undefined && { goal, isMet: spread.median <= goal }),
    }
  })
  return { name: row.name, title: row.title, pairs, figures, raw }
}

const withEnv = (subject, env) => ({ ...subject, env: { ...subject.env, ...env } })

function spreadOf(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return {
    median: sorted[Math.floor(sorted.length / 2)],
    min: sorted[0],
    max: sorted.at(-1),
  }
}
