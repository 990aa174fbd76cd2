/** Finds TCP ports on 127.0.0.1, and keeps them in a file so that a restarted server comes back where its clients expect it. */
import { randomInt } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { dirname } from 'node:path'

const listenOnce = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : undefined))
    })
  })

/** Below the ports that systems give to outgoing connections, one of which could otherwise take the port before its server does. */
const LOWEST = 20_000
const HIGHEST = 32_000
const ATTEMPTS = 200

/** A port on 127.0.0.1 that nobody listens on at this moment. */
export const freePort = async (): Promise<number> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = await listenOnce(randomInt(LOWEST, HIGHEST))
    if (port !== undefined) return port
  }
  throw new Error(`no free TCP port on 127.0.0.1 among ${ATTEMPTS} tried from ${LOWEST} to ${HIGHEST}`)
}

/** True when something on 127.0.0.1 accepts connections on the port. */
export const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })

const readPorts = (file: string): Record<string, number> => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>
  } catch {
    return {} // absent or unreadable: the ports are chosen anew
  }
}

/**
 * The port that `file` remembers under `name`, or another free one if that is taken; remembered again either way.
 * `wanted` overrides what is remembered; it is an error if somebody listens there.
 */
export const stablePort = async (file: string, name: string, wanted?: number): Promise<number> => {
  const ports = readPorts(file)
  const candidate = wanted ?? ports[name]
  const free = candidate !== undefined && (await listenOnce(candidate)) !== undefined
  if (wanted !== undefined && !free)
    throw new Error(`port ${wanted} on 127.0.0.1 (for ${name}) is taken; choose another, or stop what listens there`)
  const port = candidate !== undefined && free ? candidate : await freePort()
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, JSON.stringify({ ...ports, [name]: port }))
  renameSync(`${file}.new`, file)
  return port
}
