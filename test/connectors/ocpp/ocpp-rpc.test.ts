/** A foreign client that checks every message of ours against the published OCPP 1.6 schemas (npm `ocpp-rpc`, strict mode). */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Traits } from '../../../connectors/ocpp/limits/traits.ts'
import { ask, type Central, PASSWORD, startCentral } from './central.ts'
import { ORIGIN_MS } from './limits/arbitraries.ts'
import { renderCall } from './limits/rendered.ts'

type Client = {
  connect(): Promise<unknown>
  close(): Promise<unknown>
  call(action: string, payload: object): Promise<Record<string, unknown>>
  handle(action: string, handler: (message: { params: unknown }) => object): void
  on(event: string, listener: (event: { error: unknown }) => void): void
}
type Library = { RPCClient: new (options: object) => Client }

const NAME: string = 'ocpp-rpc'
const library = (await import(NAME).catch(() => undefined)) as Library | undefined

describe.skipIf(library === undefined)('against ocpp-rpc in strict mode', () => {
  let central: Central
  let client: Client
  const asked: unknown[] = []
  const violations: unknown[] = []

  beforeAll(async () => {
    central = await startCentral()
    const { RPCClient } = library as Library
    client = new RPCClient({ endpoint: central.url, identity: 'foreign', password: PASSWORD, protocols: ['ocpp1.6'], strictMode: true })
    client.on('strictValidationFailure', ({ error }) => violations.push(error))
    const accept = ({ params }: { params: unknown }) => {
      asked.push(params)
      return { status: 'Accepted' }
    }
    for (const action of ['SetChargingProfile', 'ClearChargingProfile', 'ChangeConfiguration', 'TriggerMessage'])
      client.handle(action, accept)
    client.handle('GetCompositeSchedule', accept)
    client.handle('GetConfiguration', () => ({ configurationKey: [{ key: 'k', readonly: true, value: 'v' }] }))
    await client.connect()
    await vi.waitFor(() => expect(central.opened).toHaveLength(1))
  })

  afterAll(async () => {
    await client.close()
    await central.server.close()
  })

  it('gets answers that hold to the schemas', async () => {
    const now = '2026-06-01T12:00:00.000Z'
    expect(await client.call('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' })).toMatchObject({ status: 'Accepted' })
    await client.call('Heartbeat', {})
    await client.call('Authorize', { idTag: 'a' })
    await client.call('StatusNotification', { connectorId: 0, errorCode: 'NoError', status: 'Available' })
    await client.call('MeterValues', { connectorId: 1, meterValue: [{ timestamp: now, sampledValue: [{ value: '1' }] }] })
    const { transactionId } = await client.call('StartTransaction', { connectorId: 1, idTag: 'a', meterStart: 0, timestamp: now })
    await client.call('StopTransaction', { transactionId, meterStop: 1, timestamp: now })
    await client.call('DataTransfer', { vendorId: 'v' })
    expect(violations).toEqual([])
  })

  it('gets calls that hold to the schemas', async () => {
    const traits: Traits = { version: '1.6', unit: 'A', phases: 1, voltageV: 230, ratedW: 7360, stackLevel: 3, profileId: 7 }
    const limit = renderCall([{ startMs: ORIGIN_MS, endMs: ORIGIN_MS + 900_000, limitW: 3333 }], traits, ORIGIN_MS)
    const release = renderCall([], traits, ORIGIN_MS)
    for (const { action, payload } of [limit, release]) {
      expect(await central.server.call('foreign', { version: '1.6', action, payloadJson: JSON.stringify(payload) })).toMatchObject({
        kind: 'accepted',
      })
    }
    expect(asked).toEqual([limit.payload, release.payload])
    expect(await ask(central, 'foreign', 'GetConfiguration', {})).toMatchObject({ kind: 'accepted' })
    expect(await ask(central, 'foreign', 'ChangeConfiguration', { key: 'k', value: 'v' })).toMatchObject({ kind: 'accepted' })
    expect(await ask(central, 'foreign', 'TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 1 })).toMatchObject({
      kind: 'accepted',
    })
    expect(await ask(central, 'foreign', 'GetCompositeSchedule', { connectorId: 0, duration: 60 })).toMatchObject({ kind: 'accepted' })
    expect(violations).toEqual([])
  })
})
