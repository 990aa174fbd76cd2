/**
 * Our schemas against the official ones: what is valid there is read, what is not is refused, and what we say is valid there.
 * Where ours are of another mind, it is named in `exceptions` with the reason. Stricter than the official ones on purpose: connectors,
 * levels and durations are not negative, phases are three at most, and lists of meter values and periods are not empty (1.6 writes both only in its text).
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fillTimeline, renderTemplate } from '../../../../connectors/ocpp/limits/render.ts'
import { parseTemplate } from '../../../../connectors/ocpp/limits/template.ts'
import { centralMessages as central16 } from '../../../../connectors/ocpp/v16/central-messages.ts'
import { dialect16 } from '../../../../connectors/ocpp/v16/dialect.ts'
import { stationRequests as requests16 } from '../../../../connectors/ocpp/v16/station-messages.ts'
import { centralMessages as central201 } from '../../../../connectors/ocpp/v201/central-messages.ts'
import { dialect201 } from '../../../../connectors/ocpp/v201/dialect.ts'
import { stationRequests as requests201 } from '../../../../connectors/ocpp/v201/station-messages.ts'
import type { Dialect } from '../../../../connectors/ocpp/wire/dialect.ts'
import { nowMs, segments, traits } from '../limits/arbitraries.ts'
import { type Spoilt, spoil, valid } from './samples.ts'
import { officialFault, officialSchema } from './schemas.ts'

const dialects: readonly (readonly [string, Dialect, readonly string[], readonly string[]])[] = [
  ['1.6', dialect16, Object.keys(requests16), Object.keys(central16)],
  ['2.0.1', dialect201, Object.keys(requests201), Object.keys(central201)],
]

/** What ours let through although the official schemas do not, and why. */
const exceptions: readonly { readonly why: string; readonly holds: (spoilt: Spoilt) => boolean }[] = [
  {
    why: 'stations send properties of their vendors: they are not looked at',
    holds: ({ how, path }) => how === 'unknown property' || path.includes('customData'),
  },
  {
    why: 'a sample that makes no sense is refused by the decoder by name, so that the rest of the message still counts',
    holds: ({ path, how }) =>
      path.includes('sampledValue') && how !== 'missing' && (how !== 'wrong type' || path.includes('signedMeterValue')),
  },
  {
    why: 'signatures of meter values are carried, never read',
    holds: ({ path }) => path.includes('signedMeterValue'),
  },
  {
    why: 'a meter value without a readable time is refused by the decoder by name, so that the others still count',
    holds: ({ path, how }) => how === 'no time' && path.at(-1) === 'timestamp' && path.length > 1,
  },
  {
    why: '1.6 stations send the value of a sample as a number, though it is a string',
    holds: ({ path, how }) => how === 'wrong type' && path.at(-1) === 'value' && path.includes('sampledValue'),
  },
]

const isExcepted = (spoilt: Spoilt): boolean => exceptions.some(({ holds }) => holds(spoilt))

describe.each(dialects)('OCPP %s', (_, dialect, stationActions, centralActions) => {
  const { version } = dialect
  const context = { stationId: 'CP-1', nowMs: Date.UTC(2026, 6, 1), heartbeatIntervalS: 300 }

  test.each(stationActions)('%s: valid requests are read and answered validly, spoilt ones are refused', (action) => {
    const schema = officialSchema(version, action, 'request')
    fc.assert(
      fc.property(valid(schema), (payload) => {
        expect(officialFault(version, action, 'request', payload)).toBeUndefined()
        const checked = dialect.readRequest(action, payload)
        expect(checked).toMatchObject({ ok: true })
        if (checked.ok) expect(officialFault(version, action, 'response', json(checked.value.answer(context)))).toBeUndefined()
        for (const spoilt of spoil(payload, schema)) {
          expect(officialFault(version, action, 'request', spoilt.payload), describeSpoilt(spoilt)).toBeDefined()
          if (!isExcepted(spoilt)) expect(dialect.readRequest(action, spoilt.payload), describeSpoilt(spoilt)).toMatchObject({ ok: false })
        }
      }),
      { numRuns: 25 },
    )
  })

  test.each(centralActions)('%s: valid answers of a station are read, spoilt ones are refused', (action) => {
    const schema = officialSchema(version, action, 'response')
    fc.assert(
      fc.property(valid(schema), (payload) => {
        expect(dialect.readResponse(action, payload)).toMatchObject({ ok: true })
        for (const spoilt of spoil(payload, schema)) {
          expect(officialFault(version, action, 'response', spoilt.payload), describeSpoilt(spoilt)).toBeDefined()
          if (!isExcepted(spoilt)) expect(dialect.readResponse(action, spoilt.payload), describeSpoilt(spoilt)).toMatchObject({ ok: false })
        }
      }),
      { numRuns: 25 },
    )
  })

  test.each(centralActions)('%s: no request of ours goes out that the official schema refuses', (action) => {
    const schema = officialSchema(version, action, 'request')
    fc.assert(
      fc.property(valid(schema), (payload) => {
        const checked = dialect.checkRequest(action, payload)
        expect(checked).toMatchObject({ ok: true })
        if (checked.ok) expect(officialFault(version, action, 'request', json(checked.value))).toBeUndefined()
        for (const spoilt of spoil(payload, schema))
          if (!isExcepted(spoilt)) expect(dialect.checkRequest(action, spoilt.payload), describeSpoilt(spoilt)).toMatchObject({ ok: false })
      }),
      { numRuns: 25 },
    )
  })

  test('whatever dispatch fills in is valid, with every field in its place and none of them null', () => {
    fc.assert(
      fc.property(segments, traits, nowMs, (timeline, station, now) => {
        const own = { ...station, version }
        const template = parseTemplate(renderTemplate('slot', own))
        const release = parseTemplate(renderTemplate('release', own))
        const { action, payloadJson } = fillTimeline(
          timeline.map((segment) => ({ ...segment, template })),
          release,
          now,
        )
        expect(officialFault(version, action, 'request', JSON.parse(payloadJson))).toBeUndefined()
        expect(dialect.checkRequest(action, JSON.parse(payloadJson))).toEqual({ ok: true, value: JSON.parse(payloadJson) })
        expect(payloadJson).not.toContain('null')
      }),
      { numRuns: 300 },
    )
  })
})

test('every exception is met by some official schema', () => {
  const met = dialects.flatMap(([, { version }, stationActions]) =>
    stationActions.flatMap((action) => {
      const schema = officialSchema(version, action, 'request')
      return fc.sample(valid(schema), { numRuns: 20, seed: 1 }).flatMap((payload) => spoil(payload, schema))
    }),
  )
  for (const { why, holds } of exceptions) expect(met.some(holds), why).toBe(true)
})

const json = (value: object): unknown => JSON.parse(JSON.stringify(value))
const describeSpoilt = ({ how, path }: Spoilt): string => `${path.join('.')}: ${how}`
