/* oxlint-disable no-control-regex -- control characters are what this file removes */

/** Colours, cursor movements (`ESC [ … m`) and titles or links (`ESC ] … BEL`) for terminals, and any other escape sequence. */
const ansiCodes =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]/g

const lineEnds = /\r\n|[\r\u0085\u2028\u2029]/g

/** All but the tab and the newline. */
const controlCharacters = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** They reorder what a reader sees, so that `exe.txt` can stand for `txt.exe`. */
const bidiControls = /[\u202a-\u202e\u2066-\u2069]/g

/** Half a character: @slack/web-api throws on one before it sends anything. */
const loneSurrogates = /\p{Surrogate}/gu

/**
 * The text as a reader sees it, and as Slack takes it: no control characters and ANSI codes, line ends as `\n`, reordering
 * made visible, lone surrogates replaced.
 */
export function cleanText(text: string): string {
  if (isPlain(text)) return text
  return text
    .replace(ansiCodes, '')
    .replace(lineEnds, '\n')
    .replace(controlCharacters, '')
    .replace(bidiControls, showCodePoint)
    .replace(loneSurrogates, '\ufffd')
}

/** Most text is, and is quickly known to be. */
function isPlain(text: string): boolean {
  return !/[^\t\n -~]/.test(text)
}

function showCodePoint(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}]`
}
