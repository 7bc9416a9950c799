/** Milliseconds for which a gateway holds a request at most. Many proxies cut requests that are idle for a minute. */
export const longestHold = 50_000;
