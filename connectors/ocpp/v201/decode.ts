/** Finds the meter data in OCPP 2.0.1 messages. */
import { type Decoded, decodeMeterValues, type Origin } from '../metering/meter-values.ts'
import type { StatedValue } from '../metering/sampled-value.ts'
import type { Checked } from '../wire/check.ts'
import type { StationMessage } from './station-messages.ts'
import type { MeterValue, SampledValue } from './types.ts'
import { validateStationRequest } from './validate.ts'

/** Reads a request of a station. */
export function readMeterData(action: string, payload: unknown): Checked<Decoded> {
  const checked = validateStationRequest(action, payload)
  return checked.ok ? { ok: true, value: decodeTelemetry(checked.value) } : checked
}

/** Readings of any station request; a message without meter data gives none. */
export function decodeTelemetry(message: StationMessage): Decoded {
  switch (message.action) {
    case 'MeterValues':
      return decode(message.payload.meterValue, { connectorId: message.payload.evseId })
    case 'TransactionEvent': {
      const { evse, transactionInfo, meterValue = [] } = message.payload
      // Which EVSE it is may be said at the start only (TransactionEventRequest.evse).
      const where = evse === undefined ? {} : { connectorId: evse.id }
      return decode(meterValue, { ...where, transactionId: transactionInfo.transactionId })
    }
    default:
      return { readings: [], refused: [], unused: [] }
  }
}

function decode(meterValues: readonly MeterValue[], origin: Origin): Decoded {
  return decodeMeterValues(
    meterValues.map(({ timestamp, sampledValue }) => ({ timestamp, sampledValue: sampledValue.map(statedValue) })),
    origin,
  )
}

/** A signed value (signedMeterValue) stands in plain beside its signature. */
function statedValue({ value, measurand, context, location, phase, unitOfMeasure }: SampledValue): StatedValue {
  return { value, measurand, context, location, phase, unit: unitOfMeasure?.unit, multiplier: unitOfMeasure?.multiplier }
}
