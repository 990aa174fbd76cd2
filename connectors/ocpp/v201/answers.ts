/** Decides what we answer an OCPP 2.0.1 station's request: pure, so that a retried request gets the same answer. */
import type { AnswerContext } from '../wire/dialect.ts'
import { dataTransferStatus } from '../wire/override.ts'
import { formatTimestamp } from '../wire/timestamp.ts'
import type { StationMessage } from './station-messages.ts'

/**
 * Payload of the CALLRESULT (OCPP 2.0.1 part 2 §1). Drover neither bills nor admits drivers, so each idToken is accepted: who may charge
 * is settled by the station's own operator. It plans no charging by ISO 15118 and signs no certificates.
 */
export function answer(message: StationMessage, { nowMs, heartbeatIntervalS }: AnswerContext): object {
  switch (message.action) {
    case 'BootNotification':
      return { status: 'Accepted', currentTime: formatTimestamp(nowMs), interval: heartbeatIntervalS }
    case 'Heartbeat':
      return { currentTime: formatTimestamp(nowMs) }
    case 'Authorize':
      return { idTokenInfo: { status: 'Accepted' } }
    case 'TransactionEvent':
      // idTokenInfo is required where the request has an idToken (TransactionEventResponse).
      return message.payload.idToken === undefined ? {} : { idTokenInfo: { status: 'Accepted' } }
    case 'DataTransfer':
      return { status: dataTransferStatus(message.payload) }
    case 'NotifyEVChargingNeeds':
    case 'SignCertificate':
      return { status: 'Rejected' }
    case 'NotifyEVChargingSchedule':
      // It keeps within the limits that the station was given; to reject it would ask for another.
      return { status: 'Accepted' }
    case 'ClearedChargingLimit':
    case 'FirmwareStatusNotification':
    case 'LogStatusNotification':
    case 'MeterValues':
    case 'NotifyChargingLimit':
    case 'NotifyEvent':
    case 'NotifyReport':
    case 'ReportChargingProfiles':
    case 'SecurityEventNotification':
    case 'StatusNotification':
      return {}
  }
}
