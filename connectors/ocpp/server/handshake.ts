/** Reads a station's WebSocket upgrade: its id from the path, its password from Basic auth (OCPP-J 1.6 §3.1, §6; 2.0.1 part 4 §3). */

const MAX_ID_LENGTH = 128

/** `/ocpp/<percent-encoded id>` → id; undefined for any other path. */
export function stationIdOf(url: string): string | undefined {
  const match = /^\/ocpp\/([^/?#]+)$/.exec(url)
  if (match === null) return undefined
  const id = decode(match[1] ?? '')
  return id !== undefined && id.length <= MAX_ID_LENGTH && !/\p{Cc}/u.test(id) ? id : undefined
}

/** The user name must be the station's id. The password is bytes: OCPP 1.6 stations may send raw ones. */
export function passwordOf(authorization: string | undefined, id: string): Uint8Array | undefined {
  const encoded = /^Basic\s+([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  const credentials = Buffer.from(encoded, 'base64')
  const prefix = Buffer.from(`${id}:`)
  return credentials.subarray(0, prefix.length).equals(prefix) ? credentials.subarray(prefix.length) : undefined
}

/** The subprotocols a client offers, in its order. */
export function offeredProtocols(header: string | undefined): string[] {
  return (header ?? '').split(',').map((protocol) => protocol.trim())
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
