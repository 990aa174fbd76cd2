/** Calls to stations over real sockets: one at a time, the newest profile wins, silence and lateness told apart. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ask, type Central, connect, type Station, startCentral } from '../central.ts'
import { ORIGIN_MS } from '../limits/arbitraries.ts'
import { renderCall } from '../limits/rendered.ts'

let central: Central
let station: Station

beforeEach(async () => {
  central = await startCentral()
  station = await connect(central, 'a')
  await vi.waitFor(() => expect(central.opened).toHaveLength(1))
})

afterEach(() => central.server.close())

const traits = { version: '1.6', unit: 'W', phases: 3, voltageV: 230, ratedW: 11_040, stackLevel: 1, profileId: 5 } as const
const profile = (limitW: number) => {
  const call = renderCall([{ startMs: ORIGIN_MS, endMs: ORIGIN_MS + 3_600_000, limitW }], traits, ORIGIN_MS)
  if (call.action !== 'SetChargingProfile') throw new Error('expected a limit')
  return call.payload
}
const asked = (count: number) => vi.waitFor(() => expect(station.frames).toHaveLength(count))
const uniqueIdAt = (index: number) => String(station.frames[index]?.[1])

describe('call', () => {
  it.each([
    ['Accepted', 'accepted'],
    ['Rejected', 'rejected'],
    ['NotSupported', 'notSupported'],
  ])('tells %s as %s, with the frame as evidence', async (status, kind) => {
    const outcome = ask(central, 'a', 'SetChargingProfile', profile(1000))
    await asked(1)
    expect(station.frames[0]?.[3]).toEqual(profile(1000))
    station.send([3, uniqueIdAt(0), { status }])
    expect(await outcome).toMatchObject({ kind, status, uniqueId: uniqueIdAt(0), rawFrame: JSON.stringify([3, uniqueIdAt(0), { status }]) })
  })

  it.each([
    ['NotImplemented', 'notSupported'],
    ['NotSupported', 'notSupported'],
    ['InternalError', 'callError'],
  ])('tells the CALLERROR %s as %s', async (code, kind) => {
    const outcome = ask(central, 'a', 'GetConfiguration', {})
    await asked(1)
    station.send([4, uniqueIdAt(0), code, 'no', {}])
    expect(await outcome).toMatchObject({ kind, code, by: 'station' })
  })

  it('tells an answer that it cannot read from one of the station', async () => {
    const outcome = ask(central, 'a', 'ClearChargingProfile', { id: 5 })
    await asked(1)
    station.send([3, uniqueIdAt(0), { status: 'Perhaps' }])
    expect(await outcome).toMatchObject({ kind: 'callError', by: 'central', code: 'PropertyConstraintViolation' })
  })

  it('takes an unknown profile for a cleared one', async () => {
    const outcome = ask(central, 'a', 'ClearChargingProfile', { id: 5 })
    await asked(1)
    station.send([3, uniqueIdAt(0), { status: 'Unknown' }])
    expect(await outcome).toMatchObject({ kind: 'accepted', status: 'Unknown' })
  })

  it('sends rendered JSON as it stands, under the id it is given', async () => {
    void central.server.call('a', { version: '1.6', action: 'ClearChargingProfile', payloadJson: '{"id" : 5}' }, { uniqueId: 'command-1' })
    await asked(1)
    expect(station.frames).toEqual([[2, 'command-1', 'ClearChargingProfile', { id: 5 }]])
  })

  it('throws on a payload that breaks the schema', () => {
    expect(() => ask(central, 'a', 'GetCompositeSchedule', { connectorId: 0, duration: -1 })).toThrow(/duration/)
  })

  it('has one call in flight, and of waiting profile changes only the newest', async () => {
    const first = ask(central, 'a', 'SetChargingProfile', profile(1000))
    const second = ask(central, 'a', 'SetChargingProfile', profile(2000))
    const other = ask(central, 'a', 'GetConfiguration', {})
    const third = ask(central, 'a', 'ClearChargingProfile', { id: 5 }, { uniqueId: 'third' })
    expect(await second).toMatchObject({ kind: 'superseded', by: 'third' })
    await asked(1)
    station.send([3, uniqueIdAt(0), { status: 'Accepted' }])
    expect(await first).toMatchObject({ kind: 'accepted' })
    await asked(2)
    station.send([3, uniqueIdAt(1), { configurationKey: [] }])
    expect(await other).toMatchObject({ kind: 'accepted', payload: { configurationKey: [] } })
    await asked(3)
    expect(station.frames[2]?.slice(1, 3)).toEqual(['third', 'ClearChargingProfile'])
    station.send([3, 'third', { status: 'Accepted' }])
    expect(await third).toMatchObject({ kind: 'accepted' })
  })

  it('times out, goes on with the next, and reports the late answer', async () => {
    const slow = ask(central, 'a', 'SetChargingProfile', profile(1000), { timeoutMs: 60 })
    const next = ask(central, 'a', 'GetConfiguration', {})
    expect(await slow).toMatchObject({ kind: 'timeout' })
    await asked(2)
    station.send([3, uniqueIdAt(0), { status: 'Accepted' }])
    await vi.waitFor(() => expect(central.late).toHaveLength(1))
    expect(central.late).toMatchObject([
      { action: 'SetChargingProfile', outcome: { kind: 'late', uniqueId: uniqueIdAt(0), outcome: { kind: 'accepted' } } },
    ])
    station.send([3, uniqueIdAt(1), {}])
    expect(await next).toMatchObject({ kind: 'accepted' })
    expect(central.refused).toEqual([])
  })

  it('crosses a request of the station that is still open', async () => {
    const outcome = ask(central, 'a', 'GetConfiguration', {})
    await asked(1)
    station.send([2, uniqueIdAt(0), 'Heartbeat', {}])
    station.send([3, uniqueIdAt(0), {}])
    expect(await outcome).toMatchObject({ kind: 'accepted' })
    await asked(2)
    expect(station.frames[1]?.slice(0, 2)).toEqual([3, uniqueIdAt(0)])
  })

  it('tells whether a call had been sent when the socket went', async () => {
    const sent = ask(central, 'a', 'GetConfiguration', {})
    const waiting = ask(central, 'a', 'GetConfiguration', {})
    await asked(1)
    station.socket.terminate()
    expect(await Promise.all([sent, waiting])).toMatchObject([
      { kind: 'disconnected', sent: true },
      { kind: 'disconnected', sent: false },
    ])
    expect(await ask(central, 'a', 'GetConfiguration', {})).toMatchObject({ kind: 'disconnected', sent: false })
  })

  it('bounds the queue', async () => {
    const outcomes = Array.from({ length: 66 }, () => ask(central, 'a', 'GetConfiguration', {}))
    expect(await outcomes[65]).toMatchObject({ kind: 'queueFull' })
  })
})

describe('a call before the opening is recorded', () => {
  it('waits for it', async () => {
    let record = (_epoch: number): void => undefined
    const opening = new Promise<number>((resolve) => {
      record = resolve
    })
    const slow = await startCentral({}, { onOpen: () => opening })
    const early = await connect(slow, 'b')
    await vi.waitFor(() => expect(slow.server.speaks('b')).toBe('1.6'))
    const outcome = ask(slow, 'b', 'GetConfiguration', {})
    early.socket.ping()
    await new Promise((resolve) => early.socket.once('pong', resolve))
    expect(early.frames).toEqual([])
    record(1)
    await vi.waitFor(() => expect(early.frames).toHaveLength(1))
    early.send([3, String(early.frames[0]?.[1]), {}])
    expect(await outcome).toMatchObject({ kind: 'accepted' })
    await slow.server.close()
  })
})
