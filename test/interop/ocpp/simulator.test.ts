/** The connector against a station that we did not write, and that leaves profiles unanswered. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { decodeOcpp } from '../../../connectors/ocpp/telemetry-decoder.ts'
import { realClock } from '../../../processors/runtime/clock.ts'
import { deviceAcks, rejectedRecords, telemetryRaw } from '../../../topics/catalogue.ts'
import { someAttributes } from '../../connectors/ocpp/build.ts'
import { startConnector, type TestConnector } from '../../connectors/ocpp/connector.ts'
import { installSimulator, runSimulator, type Simulator } from './simulator.ts'

const missing = installSimulator()
const ID = 'chargepoint001'
/** The simulator takes it from its address, and decodes nothing there. */
const PASSWORD = 'open-sesame'

const scriptFor = (url: string): string => `
const cp = await connect('${url.replace('ws://', `ws://${ID}:${PASSWORD}@`)}/${ID}');
await cp.sendBootnotification({ chargePointVendor: 'vendor', chargePointModel: '1' });
await cp.sendHeartbeat();
await cp.sendStatusNotification({ connectorId: 1, errorCode: 'NoError', status: 'Available' });
cp.answerClearChargingProfile((request) => cp.sendResponse(request.uniqueId, { status: 'Accepted' }));
await cp.sendAuthorize({ idTag: 'ccc' });
const now = () => new Date().toISOString();
const { transactionId } = await cp.startTransaction({ connectorId: 1, idTag: 'ccc', meterStart: 1377, timestamp: now() });
await cp.meterValues({ connectorId: 1, transactionId, meterValue: [{ timestamp: now(), sampledValue: [{ value: 1387 }] }] });
await cp.stopTransaction({ transactionId, meterStop: 1399, timestamp: now() });
await cp.sendFirmwareStatusNotification({ status: 'Idle' });
`

describe.skipIf(missing !== undefined)(`em-ocpp-chargepoint-simulator${missing === undefined ? '' : ` (${missing})`}`, () => {
  let connector: TestConnector
  let simulator: Simulator

  beforeAll(async () => {
    connector = await startConnector(realClock, {
      callTimeoutMs: 1_000,
      probeDelayMs: () => 3_600_000,
      authenticate: async (id, credentials) =>
        id === ID && credentials.kind === 'password' && Buffer.from(credentials.password ?? []).toString() === PASSWORD
          ? 'accepted'
          : 'denied',
    })
    await connector.register(ID, someAttributes())
    simulator = runSimulator(scriptFor(connector.role.url))
  })

  afterAll(async () => {
    await simulator.stop()
    await connector.role.stop()
  })

  const acks = () => connector.log.read(deviceAcks).map(({ value }) => `${value?.status} ${value?.seq}`)

  test('charges, and its registers are read, numbers in place of strings among them', async () => {
    await vi.waitFor(() => expect(connector.log.read(telemetryRaw.ocpp)).toHaveLength(3), { timeout: 30_000 })
    const registers = connector.log.read(telemetryRaw.ocpp).flatMap(({ value }) => (value ? decodeOcpp(value).readings : []))
    expect(registers.map((reading) => reading.kind === 'register' && reading.registerWh)).toEqual([1377, 1387, 1399])
    expect(connector.log.read(rejectedRecords)).toEqual([])
  })

  test('a profile that it leaves unanswered times out, is tried again, and a release is confirmed', async () => {
    await connector.command(ID, 1, 3_000)
    await vi.waitFor(() => expect(acks()).toEqual(['sent 1', 'timedOut 1', 'sent 1', 'timedOut 1']), { timeout: 60_000 })
    await connector.command(ID, 2, null)
    await vi.waitFor(() => expect(acks()).toContain('released 2'), { timeout: 60_000 })
  })
})
