/** Puts `text` on the clipboard and gives the sentence to tell the reader. */
export async function copy(text: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text)
    return 'Copied.'
  } catch (error) {
    return `Not copied: ${error instanceof Error ? error.message : String(error)}`
  }
}
