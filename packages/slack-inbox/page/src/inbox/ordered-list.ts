/** Puts `ts` where it belongs, once. Nearly always that is the end. */
export function insertInOrder(list: string[], ts: string): void {
  const last = list.at(-1)
  if (last === undefined || last < ts) {
    list.push(ts)
    return
  }
  const at = placeOf(list, ts)
  if (list[at] !== ts) list.splice(at, 0, ts)
}

/** The list without `ts`. */
export function without(list: readonly string[], ts: string): string[] {
  return list.filter((each) => each !== ts)
}

function placeOf(list: readonly string[], ts: string): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle] ?? '') < ts) low = middle + 1
    else high = middle
  }
  return low
}
