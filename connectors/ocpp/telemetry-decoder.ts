/** Makes quantities of the normalizer of a raw OCPP frame, in whichever version it was sent. */
import type { Decoded, DecodedReading, Decoder, Fault } from '../../processors/normalizer/decoded.ts'
import type { Decoded as MeterData, Reading } from './metering/meter-values.ts'
import { readMeterData as read16 } from './v16/decode.ts'
import { readMeterData as read201 } from './v201/decode.ts'
import type { OcppVersion } from './wire/dialect.ts'
import { parseFrame } from './wire/frames.ts'

/** The media type that frames are kept under: it alone tells the version, since both know MeterValues. */
export const contentTypes: Readonly<Record<OcppVersion, string>> = {
  '1.6': 'application/json',
  '2.0.1': 'application/json; subprotocol=ocpp2.0.1',
}

/**
 * Registers become readings of their connector (1.6) or EVSE (2.0.1), where they are metered at its outlet; connector and EVSE 0 are the
 * whole station, metered at its inlet or outlet. Power and state of charge are instants. An energy "interval" does not say how long it
 * is (1.6 §7.31), so it counts for nothing beside a register, and is a fault without one. A TransactionEvent that comes twice, or late, changes
 * nothing that its registers have not said: they count by their time.
 */
export const decodeOcpp: Decoder = (raw) => {
  const frame = parseFrame(raw.body.toString('utf8'))
  if (frame.type !== 'call') {
    const detail = frame.type === 'fault' ? frame.description : `a CALL is needed, not a ${frame.type}`
    return { readings: [], faults: [{ reason: 'unreadableBody', path: '', detail }] }
  }
  const read = raw.contentType === contentTypes['2.0.1'] ? read201 : read16
  const checked = read(frame.action, frame.payload, raw.deviceId)
  if (!checked.ok)
    return { readings: [], faults: [{ reason: 'unreadableBody', path: checked.fault.path, detail: checked.fault.description }] }
  return decodedOf(checked.value)
}

function decodedOf({ readings, refused }: MeterData): Decoded {
  const faults: Fault[] = refused.map(({ path, reason, value }) => ({
    reason: 'invalidValue',
    path,
    detail: `${reason}: ${JSON.stringify(value)}`.slice(0, 500),
  }))
  const kept: DecodedReading[] = []
  for (const reading of readings.filter(isOfTheMeter)) {
    if (reading.intervalWh === undefined || readings.some((other) => isRegisterBeside(other, reading))) kept.push(toReading(reading))
    else faults.push(lengthUnknown(reading))
  }
  return { readings: kept, faults }
}

/** What is metered in the vehicle or the cable is not what the station draws, and must not be counted beside it. */
function isOfTheMeter({ location, connectorId }: Reading): boolean {
  return location === 'Outlet' || (location === 'Inlet' && connectorId === 0)
}

const isRegisterBeside = (other: Reading, { channel, connectorId }: Reading): boolean =>
  other.registerWh !== undefined && other.channel === channel && other.connectorId === connectorId

function toReading({ channel, timestampMs, context, measurand, connectorId, transactionId, registerWh }: Reading): DecodedReading {
  const measured = {
    channel: channel === 'soc' ? 'stateOfCharge' : channel,
    register: connectorId === undefined ? null : connectorId === 0 ? '' : String(connectorId),
    code: context,
    path: measurand,
    atMs: timestampMs,
  } as const
  const placed = transactionId === undefined ? measured : { ...measured, transactionId: String(transactionId) }
  return registerWh === undefined ? { ...placed, kind: 'instant' } : { ...placed, kind: 'register', registerWh }
}

const lengthUnknown = ({ measurand, timestampMs }: Reading): Fault => ({
  reason: 'invalidValue',
  path: measurand,
  detail: `at ${new Date(timestampMs).toISOString()}: the message does not say how long the interval is; add the register to MeterValuesAlignedData`,
})
