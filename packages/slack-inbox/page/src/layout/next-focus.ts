/** Where a key leads in a list of `size`, or undefined where it leads nowhere. */
export function nextFocus(
  event: { readonly key: string; readonly ctrlKey: boolean; readonly metaKey: boolean },
  current: number,
  size: number,
): number | undefined {
  if (event.ctrlKey || event.metaKey) return undefined
  switch (event.key) {
    case 'ArrowDown':
    case 'j':
      return Math.min(current + 1, size - 1)
    case 'ArrowUp':
    case 'k':
      return Math.max(current - 1, 0)
    case 'Home':
      return 0
    case 'End':
      return size - 1
    default:
      return undefined
  }
}
