/**
 * Whose word counts for a client's address: nobody's (`false`), every proxy's (`true`), or that of so many proxies in front of
 * the service.
 */
export type TrustProxy = boolean | number

/** The client's address: the peer's own, or the one that trusted proxies put into `X-Forwarded-For`. */
export function clientIp(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trustProxy: TrustProxy,
): string | undefined {
  const hops = trustProxy === true ? Number.POSITIVE_INFINITY : Number(trustProxy)
  if (hops < 1 || forwardedFor === undefined) return peer
  const chain = forwardedFor
    .slice(-2000)
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '')
  return chain[Math.max(0, chain.length - hops)] ?? peer
}
