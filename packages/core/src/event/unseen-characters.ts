/* oxlint-disable no-control-regex -- control characters are what this file removes */

/** Colours and other codes for terminals, control characters, and what Unicode says is not to be shown. */
const unseen =
  /(?:\u001b\[|\u009b)[0-?]{0,64}[ -/]{0,16}[@-~]|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\p{Default_Ignorable_Code_Point}]/gu

/** The text without what a reader does not see, which parts the name of a secret and its value, or the secret itself. */
export function withoutUnseen(text: string): string {
  return /[^\t\n\r -~]/.test(text) ? text.replace(unseen, '') : text
}
