/** What the gateway writes: valid against the public schema, escaped, and refused where XML cannot carry it. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode } from '../../../gateway/openadr2b/decode.ts'
import { encode } from '../../../gateway/openadr2b/encode.ts'
import { WireError } from '../../../gateway/openadr2b/wire-error.ts'
import { child, parseMessage, text } from '../../vtn/xml.ts'
import { complaints, schemaMissing } from './schema.ts'
import { registerReport, startMs, updateReport, venID, venMessages } from './ven-messages.ts'

describe.skipIf(schemaMissing !== undefined)(`every message of the VEN is valid against oadr_20b.xsd ${schemaMissing ?? ''}`, () => {
  const found = schemaMissing === undefined ? complaints(venMessages.map(encode)) : []

  it.each(venMessages.map((message, index) => [`${message.type} (${index})`, index] as const))('%s', (_, index) => {
    expect(found[index]).toBe('')
  })

  it('and the check can fail', () => {
    const broken = encode({ type: 'oadrPoll', venID }).replace(/<ei:venID>.*<\/ei:venID>/, '')
    expect(complaints([broken])[0]).toContain('oadrPoll')
  })
})

it('writes every type of message inside an oadrSignedObject with an Id to sign', () => {
  const written = new Set(venMessages.map((message) => parseMessage(encode(message))?.name))
  expect([...written].sort()).toEqual([...new Set(venMessages.map((message) => message.type))].sort())
  for (const message of venMessages) expect(encode(message)).toContain('<oadr:oadrSignedObject oadr:Id="oadrSignedObject">')
})

it('writes what the decoder reads back, where both parties use the message', () => {
  const shared = venMessages.filter((message) =>
    ['oadrResponse', 'oadrCanceledPartyRegistration', 'oadrCancelPartyRegistration', 'oadrRegisteredReport'].includes(message.type),
  )
  expect(shared.length).toBeGreaterThan(4)
  for (const message of shared) expect(decode(Buffer.from(encode(message)))).toEqual(message)
})

it('reads its own offers back, with targets in the order of the schema', () => {
  const back = decode(Buffer.from(encode(registerReport)))
  const sorted = structuredClone(registerReport) as unknown as { reports: { descriptions: { reportSubject?: unknown[] }[] }[] }
  sorted.reports[0]?.descriptions[0]?.reportSubject?.reverse()
  expect(back).toEqual(sorted)
})

it('writes values, units of time and quality of a report where the standard wants them', () => {
  const message = parseMessage(encode(updateReport))
  const [report] = (message?.body.oadrReport ?? []) as { intervals: { interval: Record<string, unknown>[] } }[]
  const [first] = report?.intervals.interval ?? []
  expect(text(child(first ?? {}, 'dtstart'), 'date-time')).toBe('2026-07-01T15:00:00Z')
  expect(text(child(first ?? {}, 'duration'), 'duration')).toBe('PT15M')
  expect(first?.oadrReportPayload).toEqual([
    { rID: 'r1-energy', payloadFloat: { value: '1250' }, oadrDataQuality: 'Quality Good - Non Specific' },
    { rID: 'r1-power', confidence: '95', accuracy: '0.5', payloadFloat: { value: '-5.5' }, oadrDataQuality: 'Quality Good - Non Specific' },
  ])
})

describe('escaping', () => {
  const xmlText = fc
    .string({ unit: 'binary', maxLength: 30 })
    .filter((value) => /^[\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(value))
  const hostile = fc.constantFrom(']]>', '</ei:venID><x/>', '&amp;', '&#0;', '<!DOCTYPE a>', '<!--', '"\'', '\r\n', '<![CDATA[x]]>')
  const identifier = fc.array(fc.oneof(xmlText, hostile), { minLength: 1, maxLength: 4 }).map((parts) => `i${parts.join('')}`)

  it('carries any identifier that XML can carry, unchanged', () => {
    fc.assert(
      fc.property(identifier, identifier, (id, description) => {
        const message = {
          type: 'oadrResponse',
          venID: id,
          eiResponse: { responseCode: '200', responseDescription: description, requestID: id },
        } as const
        expect(decode(Buffer.from(encode(message)))).toEqual(message)
      }),
    )
  })

  it.each([
    ['a control character', 'a\u0000b', 'U+0000'],
    ['half a surrogate pair', 'a\ud800b', 'U+D800'],
    ['a non-character', 'a\uffffb', 'U+FFFF'],
  ])('refuses %s, naming message and element', (_, id, code) => {
    expect(() => encode({ type: 'oadrPoll', venID: id })).toThrow(new RegExp(`^oadrPoll//ei:venID: .*${code.replace('+', '\\+')}`))
  })
})

describe('refuses what the schema cannot carry', () => {
  const report = (value: number, atMs = startMs, durationS = 900) =>
    ({
      ...updateReport,
      reports: [
        {
          reportName: 'TELEMETRY_USAGE',
          reportRequestID: 'a',
          reportSpecifierID: 's',
          createdDateTimeMs: startMs,
          intervals: [{ startMs: atMs, durationS, payloads: [{ kind: 'usage', rID: 'r', value }] }],
        },
      ],
    }) as Parameters<typeof encode>[0]

  it.each([
    ['a value that is no number', report(Number.NaN), 'oadrUpdateReport//ei:value'],
    ['an endless value', report(Number.POSITIVE_INFINITY), 'oadrUpdateReport//ei:value'],
    ['a time that is no time', report(1, Number.NaN), 'oadrUpdateReport//xcal:date-time'],
    ['a negative duration', report(1, startMs, -1), 'oadrUpdateReport//xcal:duration'],
    ['a broken second', report(1, startMs, 0.5), 'oadrUpdateReport//xcal:duration'],
    [
      'a response code of two digits',
      { type: 'oadrResponse', eiResponse: { responseCode: '20', requestID: '' } } as const,
      'oadrResponse//ei:responseCode',
    ],
  ])('%s', (_, message, path) => {
    expect(() => encode(message)).toThrow(WireError)
    expect(() => encode(message)).toThrow(`${path}: `)
  })
})
