import { RolldownMagicString } from 'rolldown'

/** `const node_os = require("node:os");`, and in a second line what makes it look like an ES module. Files of ours begin with a dot. */
const imports =
  /^(?:let|const) ([\w$]+) = (require\("(?!\.\/)[^"]+"\));\n(?:\1 = __toESM\(\1(.*)\);\n)?/gm

/**
 * A plugin for rolldown: what comes from other packages and from Node is loaded when it is first used, and not with the file that names
 * it. All of that happens while a service starts, and some of it is never needed.
 */
export function loadLate() {
  return {
    name: 'load-late',
    renderChunk(code) {
      const text = new RolldownMagicString(code)
      for (const match of code.matchAll(imports)) makeLate(text, match)
      return { code: text }
    },
  }
}

function makeLate(text, { 0: statement, 1: name, 2: call, 3: isNode, index }) {
  const load = isNode === undefined ? call : `__toESM(${call}${isNode})`
  const end = index + statement.length
  text.update(index, end, `let ${name}$0;\nconst ${name} = () => ${name}$0 ??= ${load};\n`)
  const uses = new RegExp(`(?<![\\w$.])${name.replaceAll('$', '\\$')}(?![\\w$])`, 'g')
  uses.lastIndex = end
  for (let use = uses.exec(text.original); use !== null; use = uses.exec(text.original)) {
    text.update(use.index, uses.lastIndex, `(${name}())`)
  }
}
