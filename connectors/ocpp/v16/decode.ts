/** Finds the meter data in OCPP 1.6 messages. */
import { type Decoded, decodeMeterValues, type Origin } from '../metering/meter-values.ts'
import type { Checked } from '../wire/check.ts'
import { transactionIdOf } from './answers.ts'
import { type StationMessage, validateStationRequest } from './validate.ts'

/** Reads a request of a station; a start names the transaction that it was answered with. */
export function readMeterData(action: string, payload: unknown, deviceId: string): Checked<Decoded> {
  const checked = validateStationRequest(action, payload)
  if (!checked.ok) return checked
  const decoded = decodeTelemetry(checked.value)
  if (checked.value.action !== 'StartTransaction') return { ok: true, value: decoded }
  const transactionId = transactionIdOf(deviceId, checked.value.payload)
  return { ok: true, value: { ...decoded, readings: decoded.readings.map((reading) => ({ ...reading, transactionId })) } }
}

/** Readings of any station request; a message without meter data gives none. */
export function decodeTelemetry(message: StationMessage): Decoded {
  switch (message.action) {
    case 'MeterValues': {
      const { connectorId, transactionId, meterValue } = message.payload
      return decodeMeterValues(meterValue, { connectorId, ...(transactionId === undefined ? {} : { transactionId }) })
    }
    case 'StartTransaction': {
      const { connectorId, meterStart, timestamp } = message.payload
      return registerAt('meterStart', meterStart, timestamp, 'Transaction.Begin', { connectorId })
    }
    case 'StopTransaction': {
      const { transactionId, transactionData = [], meterStop, timestamp } = message.payload
      const inside = decodeMeterValues(transactionData, { transactionId }, 'transactionData')
      const stop = registerAt('meterStop', meterStop, timestamp, 'Transaction.End', { transactionId })
      return { ...inside, readings: [...inside.readings, ...stop.readings], refused: [...inside.refused, ...stop.refused] }
    }
    default:
      return { readings: [], refused: [], unused: [] }
  }
}

function registerAt(field: string, wh: number, timestamp: string, context: string, origin: Origin): Decoded {
  const sampledValue = [{ value: String(wh), context, measurand: 'Energy.Active.Import.Register', unit: 'Wh' }]
  return decodeMeterValues([{ timestamp, sampledValue }], origin, field)
}
