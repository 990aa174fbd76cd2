/** Decides what we answer a station's request: pure, so that a retried request gets the same answer. */
import { createHash } from 'node:crypto'
import type { AnswerContext } from '../wire/dialect.ts'
import { dataTransferStatus } from '../wire/override.ts'
import { formatTimestamp } from '../wire/timestamp.ts'
import type { StationMessage } from './validate.ts'

/**
 * Payload of the CALLRESULT (OCPP 1.6 §4; security whitepaper §4). Drover neither bills nor admits drivers, so each idTag is accepted:
 * who may charge is settled by the station's own operator.
 */
export function answer(message: StationMessage, context: AnswerContext): object {
  switch (message.action) {
    case 'BootNotification':
      return { status: 'Accepted', currentTime: formatTimestamp(context.nowMs), interval: context.heartbeatIntervalS }
    case 'Heartbeat':
      return { currentTime: formatTimestamp(context.nowMs) }
    case 'Authorize':
      return { idTagInfo: { status: 'Accepted' } }
    case 'StartTransaction':
      return { transactionId: transactionIdOf(context.stationId, message.payload), idTagInfo: { status: 'Accepted' } }
    case 'SignCertificate':
      // Drover signs no certificates: they come from the station's own operator.
      return { status: 'Rejected' }
    case 'DiagnosticsStatusNotification':
    case 'FirmwareStatusNotification':
    case 'LogStatusNotification':
    case 'SecurityEventNotification':
    case 'SignedFirmwareStatusNotification':
    case 'StopTransaction':
    case 'StatusNotification':
    case 'MeterValues':
      return {}
    case 'DataTransfer':
      return { status: dataTransferStatus(message.payload) }
  }
}

/** A positive 31-bit id made from the start itself: a StartTransaction sent again (§3.7.1) names the same transaction. */
export function transactionIdOf(stationId: string, start: { connectorId: number; meterStart: number; timestamp: string }): number {
  const key = JSON.stringify([stationId, start.connectorId, start.meterStart, start.timestamp])
  return createHash('sha256').update(key).digest().readUInt32BE(0) & 0x7fffffff || 1
}
