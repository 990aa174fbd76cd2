/** The socket server over real sockets: admission, durable-then-answer, take-over, half-open stations, bad frames. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ask, type Central, connect, startCentral } from '../central.ts'

let central: Central | undefined
const start = async (...args: Parameters<typeof startCentral>) => {
  central = await startCentral(...args)
  return central
}

afterEach(async () => {
  await central?.server.close()
  central = undefined
})

const boot = ['BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' }]

describe('admission', () => {
  it('takes a station by its percent-encoded id and records the opening', async () => {
    const { opened, server, ...rest } = await start()
    const station = await connect({ opened, server, ...rest }, 'CP/ä 1')
    expect(station.socket.protocol).toBe('ocpp1.6')
    await vi.waitFor(() => expect(opened).toEqual([{ id: 'CP/ä 1', epoch: 1 }]))
    expect(server.speaks('CP/ä 1')).toBe('1.6')
  })

  it.each([
    ['a wrong password', 'a', { password: 'guess' }, 401],
    ['a password under another name', 'a', { authorization: `Basic ${Buffer.from('b:open sesame').toString('base64')}` }, 401],
    ['no credentials', 'a', { authorization: '' }, 401],
    ['a station unheard of', 'stranger', {}, 404],
  ])('refuses %s', async (_, id, options, status) => {
    const running = await start()
    await expect(connect(running, id, options)).rejects.toThrow(`HTTP ${status}`)
    expect(running.opened).toEqual([])
  })

  it('refuses a path that is no station', async () => {
    const running = await start()
    await expect(connect({ ...running, url: running.url.replace('/ocpp', '/other') }, 'a')).rejects.toThrow('HTTP 404')
  })

  it('answers 503 where the credentials cannot be checked', async () => {
    const running = await start({ authenticate: () => Promise.reject(new Error('vault away')) })
    await expect(connect(running, 'a')).rejects.toThrow('HTTP 503')
    expect(running.errors).toHaveLength(1)
  })

  it('closes a station that offers only another subprotocol, without one (§3.2)', async () => {
    const running = await start()
    // The client, too, refuses a connection without the subprotocol it asked for.
    await expect(connect(running, 'a', { protocols: ['ocpp1.5'] })).rejects.toThrow(/subprotocol/)
    const silent = await connect(running, 'a', { protocols: [] })
    expect(await silent.closed).toMatchObject({ code: 1002 })
    expect(running.opened).toEqual([])
  })

  it.each([
    [['ocpp1.6'], undefined, 'ocpp1.6'],
    [['ocpp2.0.1'], undefined, 'ocpp2.0.1'],
    [['ocpp2.1', 'ocpp2.0.1', 'ocpp1.6'], undefined, 'ocpp2.0.1'],
    [['ocpp2.0.1', 'ocpp1.6'], '1.6', 'ocpp1.6'],
    [['ocpp1.6', 'ocpp2.0.1'], '2.0.1', 'ocpp2.0.1'],
    [['ocpp1.6'], '2.0.1', 'ocpp1.6'],
  ] as const)('of %j, for a station registered as %s, takes %s', async (protocols, registered, chosen) => {
    const running = await start({ versionOf: () => registered })
    const station = await connect(running, 'a', { protocols: [...protocols] })
    expect(station.socket.protocol).toBe(chosen)
    expect(running.server.speaks('a')).toBe(chosen.slice(4))
  })

  it('closes the socket where the opening cannot be recorded', async () => {
    const running = await start({}, { onOpen: () => Promise.reject(new Error('log away')) })
    const station = await connect(running, 'a')
    expect(await station.closed).toMatchObject({ code: 1011 })
    expect(running.closed).toEqual([])
  })
})

describe('messages of a station', () => {
  it('hands them on byte for byte, in order, and answers each', async () => {
    const running = await start()
    const station = await connect(running, 'a')
    const texts = [
      '[2, "1", "Heartbeat", {}]',
      '[2,"2","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","x":"ü"}]',
    ]
    for (const text of texts) station.send(text)
    await vi.waitFor(() => expect(station.frames).toHaveLength(2))
    expect(running.received.map(({ rawFrame }) => rawFrame)).toEqual(texts)
    expect(running.received).toMatchObject([
      { id: 'a', epoch: 1, heard: { action: 'Heartbeat' } },
      { heard: { action: 'StatusNotification' } },
    ])
    expect(station.frames).toEqual([
      [3, '1', { currentTime: expect.stringMatching(/^\d{4}-.*Z$/) }],
      [3, '2', {}],
    ])
  })

  it('answers only once the message is durable', async () => {
    let record = (): void => undefined
    const durable = new Promise<void>((resolve) => {
      record = resolve
    })
    const heard: string[] = []
    const running = await start(
      {},
      {
        onMessage: (_, received) => {
          heard.push(received.heard.action)
          return durable
        },
      },
    )
    const station = await connect(running, 'a')
    station.send([2, '1', ...boot])
    station.send([2, '2', 'Heartbeat', {}])
    await vi.waitFor(() => expect(heard).toEqual(['BootNotification']))
    station.socket.ping()
    await new Promise((resolve) => station.socket.once('pong', resolve))
    expect(station.frames).toEqual([])
    record()
    await vi.waitFor(() =>
      expect(station.frames.map(([type, id]) => [type, id])).toEqual([
        [3, '1'],
        [3, '2'],
      ]),
    )
  })

  it('says InternalError where the message cannot be recorded, so that it is sent again', async () => {
    const running = await start({}, { onMessage: () => Promise.reject(new Error('log away')) })
    const station = await connect(running, 'a')
    station.send([2, '1', 'Heartbeat', {}])
    await vi.waitFor(() => expect(station.frames).toMatchObject([[4, '1', 'InternalError', expect.any(String), {}]]))
  })

  it('loses nothing of a flood while the log is slow, and reads on when it recovers', async () => {
    let free = (): void => undefined
    const gate = new Promise<void>((resolve) => {
      free = resolve
    })
    const running = await start({}, { onMessage: () => gate })
    const station = await connect(running, 'a')
    for (let n = 0; n < 200; n += 1) station.send([2, `${n}`, 'Heartbeat', {}])
    free()
    await vi.waitFor(() => expect(station.frames.map(([, id]) => id)).toEqual(Array.from({ length: 200 }, (_, n) => `${n}`)))
  })

  it.each([
    ['no JSON', 'hello', '-1', 'FormationViolation', {}],
    ['an unknown action', '[2,"7","Teleport",{}]', '7', 'NotImplemented', {}],
    ['a schema fault', '[2,"7","Authorize",{"idTag":5}]', '7', 'TypeConstraintViolation', { path: 'idTag' }],
  ])('refuses %s by its code, records it, and goes on', async (_, text, id, code, details) => {
    const running = await start()
    const station = await connect(running, 'a')
    station.send(text)
    station.send([2, '8', 'Heartbeat', {}])
    await vi.waitFor(() => expect(station.frames).toHaveLength(2))
    expect(station.frames).toMatchObject([
      [4, id, code, expect.any(String), details],
      [3, '8', expect.anything()],
    ])
    expect(running.refused).toMatchObject([{ id: 'a', uniqueId: id, rawFrame: text, code }])
  })

  it('never answers an answer, but records one that nobody asked for', async () => {
    const running = await start()
    const station = await connect(running, 'a')
    station.send('[3,"nobody",{}]')
    station.send([2, '8', 'Heartbeat', {}])
    await vi.waitFor(() => expect(station.frames).toHaveLength(1))
    expect(running.refused).toMatchObject([{ uniqueId: 'nobody', code: 'ProtocolError' }])
  })

  it('closes on a frame beyond the limit, and the station may come back', async () => {
    const running = await start({ maxPayloadBytes: 1000 })
    const station = await connect(running, 'a')
    station.send([2, '1', 'DataTransfer', { vendorId: 'v', data: 'x'.repeat(2000) }])
    expect(await station.closed).toMatchObject({ code: 1009 })
    await vi.waitFor(() => expect(running.closed).toMatchObject([{ id: 'a', epoch: 1 }]))
    const again = await connect(running, 'a')
    again.send([2, '1', 'Heartbeat', {}])
    await vi.waitFor(() => expect(again.frames).toHaveLength(1))
  })

  it('gives the same transaction id to a StartTransaction that is sent again', async () => {
    const running = await start()
    const payload = { connectorId: 1, idTag: 't', meterStart: 5, timestamp: '2026-06-01T12:00:00Z' }
    const station = await connect(running, 'a')
    station.send([2, '1', 'StartTransaction', payload])
    station.send([2, '2', 'StartTransaction', payload])
    station.send([2, '3', 'StartTransaction', { ...payload, meterStart: 6 }])
    await vi.waitFor(() => expect(station.frames).toHaveLength(3))
    const [first, second, third] = station.frames.map(([, , answer]) => (answer as { transactionId: number }).transactionId)
    expect(first).toBe(second)
    expect(first).not.toBe(third)
    expect(first).toBeGreaterThan(0)
  })
})

describe('connections', () => {
  it('lets a second connection take over, closing the first by its own epoch', async () => {
    const running = await start()
    const first = await connect(running, 'a')
    await vi.waitFor(() => expect(running.opened).toHaveLength(1))
    const open = ask(running, 'a', 'GetConfiguration', {})
    const second = await connect(running, 'a')
    expect(await first.closed).toMatchObject({ code: 4000 })
    expect(await open).toMatchObject({ kind: 'disconnected', sent: true })
    await vi.waitFor(() => expect(running.closed).toMatchObject([{ id: 'a', epoch: 1 }]))
    second.send([2, '1', 'Heartbeat', {}])
    await vi.waitFor(() => expect(running.received).toMatchObject([{ epoch: 2 }]))
    expect(running.server.connectedCount()).toBe(1)
  })

  it('notices a station that has gone without a word', async () => {
    const running = await start({ pingIntervalMs: 100 })
    await connect(running, 'gone', { autoPong: false })
    await connect(running, 'alive')
    await vi.waitFor(() => expect(running.closed.map(({ id }) => id)).toEqual(['gone']))
    expect(running.server.speaks('alive')).toBe('1.6')
  })

  it('closes each session once, on close of the server too', async () => {
    const running = await start()
    const stations = await Promise.all(['a', 'b', 'c'].map((id) => connect(running, id)))
    stations[0]?.socket.terminate()
    await vi.waitFor(() => expect(running.closed.map(({ id }) => id)).toEqual(['a']))
    await running.server.close()
    central = undefined
    expect(running.closed.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c'])
    expect((await stations[1]?.closed)?.code).toBe(1001)
  })
})
