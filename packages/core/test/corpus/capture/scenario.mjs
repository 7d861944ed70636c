/** Stands in every place of the scenarios where a secret stands in practice. */
export const secret = 'Qz7pLw9XkT4v'

/**
 * A way in which a library fails.
 *
 * @param {string} id
 * @param {{ must?: string[], text?: string }} expected `must`: texts that have to stay; `text`: what is logged with the error
 * @param {(context: object) => unknown} fail throws, or rejects
 */
export function scenario(id, expected, fail) {
  return { id, must: [], text: `${id.split('/')[0]} failed`, ...expected, fail }
}
