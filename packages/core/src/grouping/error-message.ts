import { isMinifiedName } from '../event/stack.ts'

/** Messages that a JavaScript engine makes of the code: what is in quotes in them is a name of the program, and no value. */
const engineMessage =
  /^(?:Cannot (?:read|set|destructure|access|assign|delete|redefine|define|add|convert) |can't access |Can't find variable|Class constructor |Private (?:field|method) |Invalid or unexpected|Maximum call stack)/

/** The same about a variable or an expression. */
const expressionMessage =
  /^.{1,200} is (?:undefined$|null$|not (?:a function|iterable|async iterable|a constructor|defined|an object|a valid ))/

const maxLength = 500

/** `ENOENT: no such file or directory, open '/srv/shop/config.json'` */
const fileMessage = /^E[A-Z\d]{2,20}: [^,']{1,80}, (\w{1,20}) '([^']+)'/

/** Which character was the first wrong one depends on the data, and its text on the version of the engine. */
const jsonMessage =
  /^(?:JSON\.parse: |JSON Parse error: |Unexpected end of JSON input$)|in JSON at position \d+|is not valid JSON$/

/** The names of variables, which programs rename and minifiers choose anew: `user.profile` is `?.profile`. */
const variable = /(?<![\w$.'"#])[A-Za-z_$][\w$]*(?=(?:\([^()]*\))?[.[])/g

/** Where V8 quotes an expression, and not the name of a property. */
const quotedExpression = /(?<=\b(?:of|access|evaluating) )(['"])([^'"]*)\1/g

/** Where a variable or a class stands alone. */
const loneName =
  /^[\w$]+(?= is )|(?<=Class constructor |private member |Private field |Can't find variable: |, )#?[\w$]+(?= is |\b)/g

/** Indexes, ids and other keys that were computed. */
const computedKey = /(['"])(?![A-Za-z_$#][\w$]*\1)[^'"]*\1|(['"])\w*\d{3,}\w*\2/g

/**
 * The message of an error as far as it is the same in every build: `(reading 'city')` keeps the property, `e.total is not a
 * function` loses the variable, and of a file that cannot be opened the name counts if it has no digits. `undefined` for messages
 * that a program or a library wrote.
 */
export function engineMessageKey(message: string): string | undefined {
  if (message.length > maxLength) return undefined
  const [, call, file] = fileMessage.exec(message) ?? []
  if (call !== undefined && file !== undefined) return `${call} ${fileName(file)}`
  if (jsonMessage.test(message)) return 'invalid JSON'
  const isAboutExpression = message.includes(' is ') && expressionMessage.test(message)
  if (!isAboutExpression && !engineMessage.test(message)) return undefined
  return message
    .replace(' null', ' undefined')
    .replaceAll('(0 , ', '(')
    .replaceAll(quotedExpression, (_, _quote, expression: string) => withoutVariable(expression))
    .replaceAll(computedKey, '<*>')
    .replaceAll(variable, '?')
    .replaceAll(loneName, withoutVariable)
}

function withoutVariable(expression: string): string {
  return expression.replace(/^#?[\w$]+/, (name) => {
    return name.length < expression.length || isMinifiedName(name.replace('#', '')) ? '?' : name
  })
}

/** `'config.json'`, `'*.json'` of `'17.json'`. */
function fileName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  return /\d/.test(name) ? `*${/\.[a-z]{1,8}$/i.exec(name)?.[0] ?? ''}` : name
}
