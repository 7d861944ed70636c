/** The code of a module and all it imports, in one string: see `scripts/worker-source.mjs`. */
declare module '*?source' {
  const source: string
  export default source
}
