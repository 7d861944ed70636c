import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { SlackOptions } from '@slack-logger/core'

/** The hooks a module may export: options that are functions cannot cross into a worker. */
const hookNames = ['beforeSend', 'fingerprint', 'formatter', 'onError', 'onHealth'] as const

type Hooks = Partial<Pick<SlackOptions, (typeof hookNames)[number] & keyof SlackOptions>>

/**
 * The hooks that a module exports, by name or in its default export.
 *
 * @param specifier a path from the working directory on, as in `'./slack-hooks.js'`, or the name of a package
 * @throws TypeError if the module cannot be loaded, or exports no hook.
 */
export function loadHooks(specifier: string): Hooks {
  const exported = load(specifier)
  const hooks = Object.fromEntries(
    hookNames.flatMap((name) => (exported[name] === undefined ? [] : [[name, exported[name]]])),
  )
  if (Object.keys(hooks).length > 0) return hooks
  throw new TypeError(
    `Expected the module that \`hooks\` names to export ${hookNames.join(', ')}, got none of them from '${specifier}'`,
  )
}

/** Loads ESM and CommonJS alike: Node 20.19 and newer take both by `require`. */
function load(specifier: string): Readonly<Record<string, unknown>> {
  const require = createRequire(join(process.cwd(), 'package.json'))
  try {
    const module = require(specifier) as { readonly default?: object }
    return { ...module.default, ...module }
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
    throw new TypeError(
      `Expected \`hooks\` to name a module that can be loaded from ${process.cwd()}, got '${specifier}': ${reason}`,
      { cause: error },
    )
  }
}
