/** LFDI and SFDI follow from the certificate as the standard computes them. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lfdiOf, sfdiOf } from '../../../connectors/sep2/identity.ts'

test('the example of IEEE 2030.5, 8.3.2', () => {
  const fingerprint = '3E:4F:45:AB:31:ED:FE:5B:67:E3:43:E5:E4:56:2E:31:98:4E:23:E5:34:9E:2A:D7:45:67:2E:D1:45:EE:21:3A'
  expect(lfdiOf(fingerprint)).toBe('3E4F45AB31EDFE5B67E343E5E4562E31984E23E5')
  expect(sfdiOf(lfdiOf(fingerprint))).toBe(167261211391)
})

test('property: the digits of an SFDI add up to a multiple of ten, and it is within its range', () => {
  fc.assert(
    fc.property(fc.string(), (certificate) => {
      const fingerprint = createHash('sha256').update(certificate).digest('hex')
      const sfdi = sfdiOf(lfdiOf(fingerprint))
      expect([...String(sfdi)].reduce((sum, digit) => sum + Number(digit), 0) % 10).toBe(0)
      expect(sfdi).toBeLessThanOrEqual(687_194_767_359)
    }),
  )
})
