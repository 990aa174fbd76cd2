/** What a request of an OCPP 1.6 station asks of the connector beyond its answer, and what its clock shows. */
import type { Meaning } from '../wire/dialect.ts'
import { meaningOfTransfer } from '../wire/override.ts'
import { newestMs } from '../wire/timestamp.ts'
import type { StationMessage } from './validate.ts'

export function meaningOf(message: StationMessage): Meaning {
  switch (message.action) {
    case 'MeterValues':
    case 'StartTransaction':
    case 'StopTransaction':
      return { kind: 'meterData' }
    case 'BootNotification':
      return { kind: 'booted' }
    case 'SecurityEventNotification':
      return { kind: 'securityEvent', type: message.payload.type }
    case 'DataTransfer':
      return meaningOfTransfer(message.payload)
    // Presence rests on the connection, not on what a station says of itself.
    default:
      return { kind: 'none' }
  }
}

/** The newest time in it, epoch ms UTC. */
export const statedTimeMs = (message: StationMessage): number | undefined => newestMs(timesIn(message))

function timesIn(message: StationMessage): readonly string[] {
  switch (message.action) {
    case 'MeterValues':
      return message.payload.meterValue.map(({ timestamp }) => timestamp)
    case 'StatusNotification':
      return message.payload.timestamp === undefined ? [] : [message.payload.timestamp]
    case 'SecurityEventNotification':
    case 'StartTransaction':
    case 'StopTransaction':
      return [message.payload.timestamp]
    default:
      return []
  }
}
