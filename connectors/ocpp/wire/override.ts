/**
 * Reads that a person overrode our limit at the station. OCPP has no message for that; by our convention a station, or the local
 * controller before it, sends a DataTransfer (1.6 §4.3; 2.0.1 part 2 P) with vendorId "drover", messageId "override" and, in data, the reason.
 */

import type { Meaning } from './dialect.ts'

type DataTransfer = { vendorId: string; messageId?: string | undefined; data?: unknown }

const VENDOR_ID = 'drover'
const MESSAGE_ID = 'override'

/** The reason that was given, or undefined where the message is no override. In 2.0.1 the data may be any JSON. */
export function overrideReason({ vendorId, messageId, data = '' }: DataTransfer): string | undefined {
  if (vendorId !== VENDOR_ID || messageId !== MESSAGE_ID) return undefined
  return `at the station: ${typeof data === 'string' ? data : JSON.stringify(data)}`.replace(/: $/, '')
}

export function meaningOfTransfer(transfer: DataTransfer): Meaning {
  const reason = overrideReason(transfer)
  return reason === undefined ? { kind: 'none' } : { kind: 'overridden', reason }
}

/** Status of the answer (1.6 §7.20; DataTransferStatusEnumType). */
export function dataTransferStatus(transfer: DataTransfer): 'Accepted' | 'UnknownMessageId' | 'UnknownVendorId' {
  if (transfer.vendorId !== VENDOR_ID) return 'UnknownVendorId'
  return overrideReason(transfer) === undefined ? 'UnknownMessageId' : 'Accepted'
}
