/** What stations do wrong: refused by the protocol's own error, counted, and harmless to the others. */
import { createConnection } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { OcppServerOptions } from '../../../../connectors/ocpp/server/server.ts'
import { ask, type Central, connect, PASSWORD, type Station, startCentral } from '../central.ts'
import { type ReadableInstruments, readableInstruments } from '../instruments.ts'

let central: Central | undefined
let counts: ReadableInstruments

beforeEach(() => {
  counts = readableInstruments()
})

afterEach(async () => {
  await central?.server.close()
  central = undefined
})

async function start(options: Partial<OcppServerOptions> = {}): Promise<Central> {
  central = await startCentral({ instruments: counts.instruments, ...options })
  return central
}

/** Another station that goes on as if nothing was. */
async function isWell(running: Central, neighbour: Station): Promise<void> {
  const before = neighbour.frames.length
  neighbour.send([2, `well-${before}`, 'Heartbeat', {}])
  await vi.waitFor(() => expect(neighbour.frames.length).toBe(before + 1))
  expect(running.server.speaks('neighbour')).toBe('1.6')
}

describe('admission', () => {
  it.each([
    ['bad-credentials', 'a', { password: 'guess' }, 401],
    ['unknown-station', 'stranger', {}, 404],
  ])('counts %s', async (outcome, id, options, status) => {
    const running = await start()
    await expect(connect(running, id, options)).rejects.toThrow(`HTTP ${status}`)
    expect(await counts.count('upgrades_total', { outcome })).toBe(1)
  })

  it('counts a path that is no station, and a subprotocol that nobody speaks here', async () => {
    const running = await start()
    await expect(connect({ ...running, url: running.url.replace('/ocpp', '/other') }, 'a')).rejects.toThrow('HTTP 404')
    await expect(connect(running, 'a', { protocols: ['ocpp1.2'] })).rejects.toThrow(/subprotocol/)
    expect(await counts.count('upgrades_total', { outcome: 'not-a-station' })).toBe(1)
    expect(await counts.count('upgrades_total', { outcome: 'subprotocol' })).toBe(1)
  })

  it('sheds a storm with 503 and Retry-After, spread over the stations, and lets those in that come back', async () => {
    const running = await start({ acceptRate: { perS: 20, burst: 5 } })
    const ids = Array.from({ length: 40 }, (_, n) => `storm-${n}`)
    const tries = await Promise.allSettled(ids.map((id) => connect(running, id)))
    const refused = tries.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []))
    expect(refused.length).toBeGreaterThan(20)
    expect(new Set(refused)).toEqual(new Set(['Error: HTTP 503']))
    expect(await counts.count('upgrades_total', { outcome: 'shed' })).toBe(refused.length)
    const retries = new Set(await Promise.all(ids.map((id) => retryAfterOf(running, id))))
    expect(retries.size).toBeGreaterThan(3)
    // In the end everybody is in.
    await vi.waitFor(() => connect(running, ids.at(-1) ?? ''), { timeout: 5_000, interval: 50 })
  })
})

describe('a station that is connected', () => {
  it('may not send a frame beyond the limit', async () => {
    const running = await start({ maxPayloadBytes: 1000 })
    const [station, neighbour] = await Promise.all([connect(running, 'a'), connect(running, 'neighbour')])
    station.send([2, '1', 'DataTransfer', { vendorId: 'v', data: 'x'.repeat(2000) }])
    expect(await station.closed).toMatchObject({ code: 1009 })
    await vi.waitFor(() => expect(running.closed).toMatchObject([{ id: 'a', reason: 'a frame was too long' }]))
    expect(await counts.count('closed_total', { ending: 'oversize' })).toBe(1)
    await isWell(running, neighbour)
  })

  it('is counted by the error it gets, and its frames are kept', async () => {
    const running = await start()
    const [station, neighbour] = await Promise.all([connect(running, 'a'), connect(running, 'neighbour')])
    station.send('hello')
    station.send('[2,"7","Teleport",{}]')
    await vi.waitFor(() => expect(running.refused.map(({ rawFrame }) => rawFrame)).toEqual(['hello', '[2,"7","Teleport",{}]']))
    expect(await counts.count('refused_total', { code: 'FormationViolation' })).toBe(1)
    expect(await counts.count('refused_total', { code: 'NotImplemented' })).toBe(1)
    await isWell(running, neighbour)
  })

  it('is not read on when it floods, and nothing of the flood is lost', async () => {
    const running = await start({ messageRate: { perS: 400, burst: 20 } })
    const [station, neighbour] = await Promise.all([connect(running, 'a'), connect(running, 'neighbour')])
    for (let n = 0; n < 200; n += 1) station.send([2, `${n}`, 'Heartbeat', {}])
    await vi.waitFor(async () => expect(await counts.count('held_total', { why: 'rate' })).toBeGreaterThan(0))
    await isWell(running, neighbour)
    await vi.waitFor(() => expect(station.frames.map(([, id]) => id)).toEqual(Array.from({ length: 200 }, (_, n) => `${n}`)), {
      timeout: 10_000,
    })
  })

  it('is cut off when it does not read what it is sent', async () => {
    const running = await start({ maxUnreadBytes: 64 * 1024, messageRate: { perS: 1e6, burst: 1e6 } })
    const [station, neighbour] = await Promise.all([connect(running, 'a'), connect(running, 'neighbour')])
    station.socket.pause()
    await vi.waitFor(
      () => {
        for (let n = 0; n < 500; n += 1) station.send([2, `${n}`, 'x'.repeat(300), {}])
        expect(running.closed).toMatchObject([{ id: 'a', reason: 'the station does not read' }])
      },
      { timeout: 20_000, interval: 5 },
    )
    expect(await counts.count('closed_total', { ending: 'slow' })).toBe(1)
    await isWell(running, neighbour)
    station.socket.terminate()
  })

  it('is cut off when a frame breaks the WebSocket protocol', async () => {
    const running = await start()
    const neighbour = await connect(running, 'neighbour')
    await sendMalformed(running, 'a')
    await vi.waitFor(async () => expect(await counts.count('closed_total', { ending: 'malformed' })).toBe(1))
    await isWell(running, neighbour)
  })

  it('is counted while it is there, and by how each call ended', async () => {
    const running = await start()
    const station = await connect(running, 'a')
    await vi.waitFor(() => expect(running.opened).toHaveLength(1))
    expect(await counts.count('connected', { version: '1.6' })).toBe(1)
    const call = ask(running, 'a', 'GetConfiguration', {})
    await vi.waitFor(() => expect(station.frames).toHaveLength(1))
    station.send([3, station.frames[0]?.[1], {}])
    await call
    expect(await counts.count('calls_total', { version: '1.6', action: 'GetConfiguration', outcome: 'accepted' })).toBe(1)
    station.socket.terminate()
    await vi.waitFor(async () => expect(await counts.count('connected')).toBe(0))
  })
})

const upgradeOf = (id: string): string =>
  `GET /ocpp/${id} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
  `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\nSec-WebSocket-Protocol: ocpp1.6\r\n` +
  `Authorization: Basic ${Buffer.from(`${id}:${PASSWORD}`).toString('base64')}\r\n\r\n`

async function retryAfterOf(running: Central, id: string): Promise<string> {
  const text = await new Promise<string>((resolve, reject) => {
    const socket = createConnection(running.server.port, '127.0.0.1', () => socket.write(upgradeOf(id)))
    socket.once('data', (data) => {
      resolve(data.toString())
      socket.destroy()
    })
    socket.once('error', reject)
  })
  return /Retry-After: (\d+)/.exec(text)?.[1] ?? ''
}

/** A frame with a reserved opcode (RFC 6455 §5.2), after a sound handshake. */
async function sendMalformed(running: Central, id: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = createConnection(running.server.port, '127.0.0.1', () => socket.write(upgradeOf(id)))
    socket.once('data', () => socket.write(Buffer.from([0x83, 0x80, 0, 0, 0, 0])))
    socket.once('close', () => resolve())
    socket.once('error', reject)
  })
}
