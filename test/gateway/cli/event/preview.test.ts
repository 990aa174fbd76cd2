/** Tries the preview of an event file: the event it means, what is in force besides, and the words. */
import { describe, expect, test } from 'vitest'
import { describePreview } from '../../../../gateway/cli/event/describe-preview.ts'
import { foldEvents } from '../../../../gateway/cli/event/in-force.ts'
import { ledgerRows } from '../../../../gateway/cli/event/preview.ts'
import { interpretRequest, readRequest } from '../../../../gateway/cli/event/read-event-file.ts'
import { UNTOLD } from '../../../../processors/dispatch/ledger.ts'
import { preview } from '../../../../processors/dispatch/preview.ts'
import { aDevice } from '../../../build/devices.ts'
import { anEvent, anInterval, HOUR_MS, NOON_MS } from '../../../build/events.ts'
import { readableRenderer } from '../../../build/renderer.ts'
import { aProgram } from '../../../build/terms.ts'

const programs = [aProgram('summer-shed', { nominatedW: 20_000 })]
const json = { programId: 'summer-shed', intervals: [anInterval(NOON_MS + HOUR_MS, NOON_MS + 2 * HOUR_MS)] }

describe('an event file', () => {
  test('means the event that the interpreter would make of it', () => {
    const event = interpretRequest('e.json', readRequest('e.json', json), programs, NOON_MS)
    expect(event).toMatchObject({
      kind: 'event',
      revision: 1,
      programId: 'summer-shed',
      startMs: NOON_MS + HOUR_MS,
      receivedMs: NOON_MS,
      targets: [{ kind: 'all' }],
    })
  })

  test('names every field that is not sound', () => {
    expect(() => readRequest('e.json', { ...json, targetW: 'much', intervals: [{ startMs: 1 }] })).toThrow(/e\.json.*targetW.*/s)
    expect(() => readRequest('e.json', [])).toThrow(/e\.json/)
  })

  test('is refused as the interpreter would refuse it', () => {
    const request = readRequest('e.json', { ...json, intervals: [anInterval(NOON_MS, NOON_MS + HOUR_MS, '9')] })
    expect(() => interpretRequest('e.json', request, programs, NOON_MS)).toThrow(/would be refused: .*level.*"9"/)
    expect(() => interpretRequest('e.json', readRequest('e.json', { ...json, programId: 'nope' }), programs, NOON_MS)).toThrow(
      /unknown program "nope"/,
    )
  })
})

describe('in force', () => {
  const hold = (kind: 'hold' | 'unhold', id: string) => anEvent({ eventId: `hold ${id}`, kind, hold: { scope: 'vendor', id } })

  test('is the newest revision of each event, and each stop that was not ended', () => {
    const { events, holds } = foldEvents([
      anEvent(),
      hold('hold', 'acme'),
      hold('hold', 'zeta'),
      anEvent({ revision: 2 }),
      anEvent({ revision: 2, kind: 'refused', refusal: 'late' }),
      hold('unhold', 'acme'),
      anEvent({ eventId: 'F', kind: 'cancelled' }),
    ])
    expect([...events.values()].map(({ eventId, revision, kind }) => [eventId, revision, kind])).toEqual([
      ['E', 2, 'event'],
      ['F', 1, 'cancelled'],
    ])
    expect([...holds.values()]).toEqual([{ scope: 'vendor', id: 'zeta' }])
  })
})

test('the ledger is read page by page', () => {
  const told = { ...UNTOLD, issuedMs: 5 }
  const rows = ledgerRows([
    { deviceIds: ['a', 'b'], seqs: [1, 2], stateIndexes: [1, 0], states: [UNTOLD, told] },
    { deviceIds: ['c'], seqs: [1], stateIndexes: [0], states: [told] },
  ])
  expect(rows).toEqual(
    new Map([
      ['a', told],
      ['b', UNTOLD],
      ['c', told],
    ]),
  )
})

describe('words', () => {
  const devices = [
    ...Array.from({ length: 30 }, (_, index) => aDevice({ deviceId: `d-${String(index).padStart(2, '0')}` })),
    aDevice({ deviceId: 'away', suspensions: [{ programId: null, held: false, fromMs: 0, untilMs: null }] }),
  ]
  const input = {
    others: [],
    devices,
    programs,
    holds: [],
    renderers: { loopback: readableRenderer('loopback') },
    ledgerOf: () => undefined,
    nowMs: NOON_MS,
  }

  test('tell how much against the nomination, who, who not and why', () => {
    const event = anEvent({ targetW: 11_000 })
    const words = describePreview(event, preview({ ...input, event, isConnected: () => undefined }))
    expect(words).toMatch(/31 devices known; nothing was written/)
    expect(words).toMatch(/deliverable {2}\d+\.\d{3} kW of 20\.000 kW nominated \(\d+\.\d %\)/)
    expect(words).toMatch(/target {7}11\.000 kW: .* called, 0\.000 kW short/)
    expect(words).toMatch(/at risk {6}nobody/)
    expect(words).toMatch(/ \d+ {2}capacityNotNeeded: is not needed for the target/)
    expect(words).toMatch(/ 1 {2}suspended: is suspended/)
  })

  test('name those at risk, not without end', () => {
    const event = anEvent()
    const words = describePreview(event, preview({ ...input, event, isConnected: () => false }))
    expect(words).toMatch(/at risk {6}165\.000 kW in 30 devices: d-00 \(not connected\).*, and 10 more/)
  })
})
