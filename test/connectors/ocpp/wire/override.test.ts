/** The convention by which a station says that a person overrode our limit. */
import { expect, test } from 'vitest'
import { dataTransferStatus, overrideReason } from '../../../../connectors/ocpp/wire/override.ts'

test('an override has its reason', () => {
  expect(overrideReason({ vendorId: 'drover', messageId: 'override', data: 'leaving now' })).toBe('at the station: leaving now')
  expect(overrideReason({ vendorId: 'drover', messageId: 'override' })).toBe('at the station')
})

test.each([
  [{ vendorId: 'drover', messageId: 'override' }, 'Accepted'],
  [{ vendorId: 'drover', messageId: 'hello' }, 'UnknownMessageId'],
  [{ vendorId: 'drover' }, 'UnknownMessageId'],
  [{ vendorId: 'acme', messageId: 'override' }, 'UnknownVendorId'],
] as const)('%j is answered %s', (transfer, status) => {
  expect(dataTransferStatus(transfer)).toBe(status)
  expect(overrideReason(transfer) !== undefined).toBe(status === 'Accepted')
})
