/** Tests that ports are free, remembered, and given up only when somebody else has them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort, stablePort } from '../../../deploy/local/free-port.ts'

let dir: string
const servers: Server[] = []

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'drover-port-'))
})
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
  rmSync(dir, { recursive: true })
})

const occupy = (port: number): Promise<void> =>
  new Promise((resolve) => {
    servers.push(createServer().listen(port, '127.0.0.1', resolve))
  })

test('a free port can be listened on', async () => {
  const port = await freePort()
  expect(port).toBeGreaterThan(0)
  await occupy(port)
})

test('a port is remembered by name, until somebody else has it', async () => {
  const file = join(dir, 'below', 'ports.json')
  const broker = await stablePort(file, 'broker')
  const registry = await stablePort(file, 'registry')
  expect(await stablePort(file, 'broker')).toBe(broker)
  expect(await stablePort(file, 'registry')).toBe(registry)
  await occupy(broker)
  const other = await stablePort(file, 'broker')
  expect(other).not.toBe(broker)
  expect(await stablePort(file, 'broker')).toBe(other)
})

test('a wanted port wins over the remembered one, and is refused when taken', async () => {
  const file = join(dir, 'ports.json')
  await stablePort(file, 'broker')
  const wanted = await freePort()
  expect(await stablePort(file, 'broker', wanted)).toBe(wanted)
  expect(await stablePort(file, 'broker')).toBe(wanted)
  await occupy(wanted)
  await expect(stablePort(file, 'broker', wanted)).rejects.toThrow(`port ${wanted} on 127.0.0.1 (for broker) is taken`)
})

test('an unreadable file means ports chosen anew', async () => {
  const file = join(dir, 'ports.json')
  writeFileSync(file, '{"broker":')
  const port = await stablePort(file, 'broker')
  expect(await stablePort(file, 'broker')).toBe(port)
})
