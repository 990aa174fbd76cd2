/** Where Notifications may go: over TLS, to hosts that the operator names. */

/** `hosts`: `host` for any port of it, or `host:port`. */
export function isAllowed(uri: string, hosts: readonly string[]): boolean {
  const url = URL.parse(uri)
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return false
  const port = url.port === '' ? '443' : url.port
  return hosts.some((host) => host === url.hostname || host === `${url.hostname}:${port}`)
}
