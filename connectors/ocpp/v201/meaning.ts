/** What a request of an OCPP 2.0.1 station asks of the connector beyond its answer, and what its clock shows. */
import type { Meaning } from '../wire/dialect.ts'
import { meaningOfTransfer } from '../wire/override.ts'
import { newestMs } from '../wire/timestamp.ts'
import type { StationMessage } from './station-messages.ts'

export function meaningOf(message: StationMessage): Meaning {
  switch (message.action) {
    case 'MeterValues':
    case 'TransactionEvent':
      return { kind: 'meterData' }
    case 'BootNotification':
      return { kind: 'booted' }
    case 'SecurityEventNotification':
      return { kind: 'securityEvent', type: message.payload.type }
    case 'ReportChargingProfiles': {
      const { requestId, chargingProfile: profiles, tbc = false } = message.payload
      return { kind: 'profilesReported', requestId, profiles, isLast: !tbc }
    }
    case 'DataTransfer':
      return meaningOfTransfer(message.payload)
    // Presence rests on the connection, not on what a station says of itself.
    default:
      return { kind: 'none' }
  }
}

/** The newest time in it, epoch ms UTC; what happened offline says nothing of the clock now. */
export const statedTimeMs = (message: StationMessage): number | undefined => newestMs(timesIn(message))

function timesIn(message: StationMessage): readonly string[] {
  switch (message.action) {
    case 'MeterValues':
      return message.payload.meterValue.map(({ timestamp }) => timestamp)
    case 'TransactionEvent':
      return message.payload.offline ? [] : [message.payload.timestamp]
    case 'NotifyEvent':
    case 'NotifyReport':
      return [message.payload.generatedAt]
    case 'SecurityEventNotification':
    case 'StatusNotification':
      return [message.payload.timestamp]
    default:
      return []
  }
}
