/**
 * Whether Node was told to take a proxy from `HTTPS_PROXY` and its like, which `fetch` heeds in more versions than `node:http`.
 */
export function heedsProxyVariables(variables: NodeJS.ProcessEnv = process.env): boolean {
  const flags = [...process.execArgv, variables['NODE_OPTIONS'] ?? ''].join(' ')
  return variables['NODE_USE_ENV_PROXY'] === '1' || flags.includes('--use-env-proxy')
}
