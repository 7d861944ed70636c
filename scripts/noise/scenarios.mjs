const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Scenarios with occurrences as `[time, problem]`, in milliseconds from the start. */
export const scenarios = [
  { title: 'one error', occurrences: () => [[0, 0]] },
  { title: '1/s for 24 h (86,400)', occurrences: () => every(second, 86_400) },
  { title: '10,000 in 1 min', occurrences: () => every(minute / 10_000, 10_000) },
  { title: 'every 10 min for 24 h', occurrences: () => every(10 * minute, 144) },
  {
    title: '200 problems, each 5/s for 10 min',
    occurrences: () =>
      every(200, 3000).flatMap(([at]) =>
        Array.from({ length: 200 }, (_, problem) => [at, problem]),
      ),
  },
  {
    title: '5 min of 1/s, hourly for 24 h',
    occurrences: () =>
      Array.from({ length: 24 }, (_, burst) => every(second, 300, burst * hour)).flat(),
  },
]

/** Long enough for all remaining deliveries. */
export const afterMs = day

function every(gapMs, times, from = 0) {
  return Array.from({ length: times }, (_, index) => [from + index * gapMs, 0])
}
