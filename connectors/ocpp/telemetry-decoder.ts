/** Makes quantities of the normalizer of a raw OCPP 1.6 frame. */
import type { Decoded, DecodedReading, Decoder, Fault } from '../../processors/normalizer/decoded.ts'
import type { RawTelemetry } from '../../schemas/telemetry.ts'
import { transactionIdOf } from './v16/answers.ts'
import { decodeTelemetry, type Reading } from './v16/decode.ts'
import { type StationMessage, validateStationRequest } from './v16/validate.ts'
import { parseFrame } from './wire/frames.ts'

/**
 * Registers become readings of their connector, where they are metered at its outlet; connector 0 is the whole station, metered at
 * its inlet or outlet. Power and state of charge are instants. An energy "interval" does not say how long it is (§7.31), so it
 * counts for nothing beside a register, and is a fault without one.
 */
export const decodeOcpp: Decoder = (raw) => {
  const frame = parseFrame(raw.body.toString('utf8'))
  if (frame.type !== 'call') {
    const detail = frame.type === 'fault' ? frame.description : `a CALL is needed, not a ${frame.type}`
    return { readings: [], faults: [{ reason: 'unreadableBody', path: '', detail }] }
  }
  const checked = validateStationRequest(frame.action, frame.payload)
  if (!checked.ok)
    return { readings: [], faults: [{ reason: 'unreadableBody', path: checked.fault.path, detail: checked.fault.description }] }
  return decodeMessage(checked.value, raw)
}

function decodeMessage(message: StationMessage, { deviceId }: RawTelemetry): Decoded {
  const { readings, refused } = decodeTelemetry(message)
  const started = message.action === 'StartTransaction' ? String(transactionIdOf(deviceId, message.payload)) : undefined
  const faults: Fault[] = refused.map(({ path, reason, value }) => ({
    reason: 'invalidValue',
    path,
    detail: `${reason}: ${JSON.stringify(value)}`.slice(0, 500),
  }))
  const kept: DecodedReading[] = []
  for (const reading of readings.filter(isOfTheMeter)) {
    if (reading.intervalWh === undefined || readings.some((other) => isRegisterBeside(other, reading)))
      kept.push(toReading(reading, started))
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

function toReading(reading: Reading, startedTransaction: string | undefined): DecodedReading {
  const { channel, timestampMs, context, measurand, connectorId, transactionId, registerWh } = reading
  const transaction = transactionId === undefined ? startedTransaction : String(transactionId)
  const measured = {
    channel: channel === 'soc' ? 'stateOfCharge' : channel,
    register: connectorId === undefined ? null : connectorId === 0 ? '' : String(connectorId),
    ...(transaction === undefined ? {} : { transactionId: transaction }),
    code: context,
    path: measurand,
    atMs: timestampMs,
  } as const
  return registerWh === undefined ? { ...measured, kind: 'instant' } : { ...measured, kind: 'register', registerWh }
}

const lengthUnknown = ({ measurand, timestampMs }: Reading): Fault => ({
  reason: 'invalidValue',
  path: measurand,
  detail: `at ${new Date(timestampMs).toISOString()}: the message does not say how long the interval is; add the register to MeterValuesAlignedData`,
})
