/** The moment a `ts` names. */
export function momentOf(ts: string): Date {
  return new Date(Number(ts) * 1000)
}

/** Whether two messages came on different days, where the reader is. */
export function isOtherDay(ts: string, before: string | undefined): boolean {
  return before === undefined || momentOf(ts).toDateString() !== momentOf(before).toDateString()
}
