/**
 * Reads that a person overrode our limit at the station. OCPP 1.6 has no message for that; by our convention a station, or the
 * local controller before it, sends a DataTransfer (§4.3) with vendorId "drover", messageId "override" and, in data, the reason.
 */
import type { StationRequest } from './station-messages.ts'

type DataTransfer = StationRequest<'DataTransfer'>

const VENDOR_ID = 'drover'
const MESSAGE_ID = 'override'

/** The reason that was given, or undefined where the message is no override. */
export function overrideReason({ vendorId, messageId, data = '' }: DataTransfer): string | undefined {
  return vendorId === VENDOR_ID && messageId === MESSAGE_ID ? `at the station: ${data}`.replace(/: $/, '') : undefined
}

/** Status of the answer (§7.20). */
export function dataTransferStatus(transfer: DataTransfer): 'Accepted' | 'UnknownMessageId' | 'UnknownVendorId' {
  if (transfer.vendorId !== VENDOR_ID) return 'UnknownVendorId'
  return overrideReason(transfer) === undefined ? 'UnknownMessageId' : 'Accepted'
}
