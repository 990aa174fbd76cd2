/** Tries the story of a device in an event: every outcome has its reason, and every record its place. */
import { describe, expect, test } from 'vitest'
import { printStory, storyJson } from '../../../../gateway/cli/explain/print.ts'
import { tellStory } from '../../../../gateway/cli/explain/story.ts'
import { decisionOutcome } from '../../../../schemas/dispatch.ts'
import * as topics from '../../../../topics/catalogue.ts'
import { anEvent, anOrder, HOUR_MS, NOON_MS } from '../../../build/events.ts'
import { aProgram } from '../../../build/terms.ts'
import { ack, change, command, decision, evidence, outcome, placed } from './evidence.ts'

const answer = (changes: Parameters<typeof evidence>[0]): string => tellStory(evidence(changes)).answer
const wordsOf = (changes: Parameters<typeof evidence>[0], chapter: string): readonly string[] =>
  tellStory(evidence(changes)).steps.flatMap((step) => (step.chapter === chapter ? [step.words] : []))

describe('the answer', () => {
  test('a device that took part', () => {
    const told = answer({
      decisions: [decision(5, { outcome: 'sent', seq: 1 })],
      commands: [command(6, 1)],
      outcomes: [outcome(8, 1, 'applied')],
    })
    expect(told).toBe('d-1 in event E: commanded: applied. Settlement: no result yet.')
  })

  test('a device that nobody heard of yet, and one that only acknowledged', () => {
    const sent = { decisions: [decision(5, { outcome: 'sent', seq: 1 })], commands: [command(6, 1)] }
    expect(answer(sent)).toMatch(/commanded: nothing was heard/)
    expect(answer({ ...sent, acks: [ack(7, 1, 'accepted')] })).toMatch(/commanded: accepted, no outcome yet/)
  })

  test('a device that opted out in the middle keeps both halves of its story', () => {
    const told = answer({
      changes: [...evidence().changes, change(12, 'optedOut', { eventId: 'E', actor: 'customer' })],
      decisions: [
        decision(5, { outcome: 'sent', seq: 1 }),
        decision(9, { outcome: 'optedOut', seq: 2, stateOffset: 12, trigger: 'state' }),
      ],
      commands: [command(6, 1), command(10, 2, { segments: [], expiresMs: null })],
      outcomes: [outcome(8, 1, 'applied')],
    })
    expect(told).toMatch(/commanded: applied; last decision optedOut: it was opted out of this event by the customer/)
  })

  const undecided: readonly (readonly [string, Parameters<typeof evidence>[0], RegExp])[] = [
    [
      'the event was refused',
      { events: [placed(topics.utilityEvents, 3, anEvent({ kind: 'refused', refusal: 'targets: unknown' }))], orders: [] },
      /refused: targets: unknown/,
    ],
    ['the device is unknown', { changes: [] }, /d-1 is not registered; check the id/],
    [
      'the registration was refused',
      {
        changes: [change(10, 'registered')],
        verdicts: [
          placed(topics.enrollmentVerdicts, 1, {
            changeId: 'x',
            deviceId: 'd-1',
            changeOffset: 10,
            refusal: 'invalidAttributes' as const,
            detail: 'ratedW: …',
          }),
        ],
      },
      /registration was refused \(invalidAttributes: ratedW/,
    ],
    [
      'the device is in another program',
      { changes: [change(10, 'registered'), change(11, 'enrolled', { programId: 'winter' })] },
      /never enrolled in summer-shed.*it is in winter/,
    ],
    ['the device is in no program', { changes: [change(10, 'registered')] }, /it is in no program/],
    ['no order was written', { orders: [] }, /no order on dispatch.orders/],
    ['the dispatcher is behind', {}, /has not decided about it: its order stands at dispatch.orders.v1-1-4/],
  ]
  test.each(undecided)('no decision: %s', (_, changes, words) => {
    expect(answer(changes)).toMatch(words)
    expect(answer(changes)).toMatch(/NOT commanded/)
  })

  test('the newest result counts, and no baseline is never zero', () => {
    const result = {
      eventId: 'E',
      unitId: 'd-1',
      unitKind: 'device' as const,
      programId: 'summer-shed',
      revision: 1,
      status: 'preliminary' as const,
      reason: 'initial' as const,
      startMs: NOON_MS,
      stepS: 900,
      baselineRevision: 1,
      baselineWh: [1000, 1000],
      actualWh: [400, 600],
      reductionWh: [600, 400],
      qualities: ['measured' as const, 'measured' as const],
      coveragePermille: [1000, 1000],
      gapWh: 0,
      noBaseline: null,
      intervalOffset: 9,
      computedMs: NOON_MS,
      devicesLeftOut: 0,
    }
    const first = placed(topics.settlementResults, 1, result)
    const second = placed(topics.settlementResults, 2, { ...result, revision: 2, status: 'final' as const, reductionWh: [600, 500] })
    expect(answer({ results: [first, second] })).toMatch(/Settlement: final result: delivered 1\.100 kWh\.$/)
    const none = placed(topics.settlementResults, 3, { ...result, noBaseline: 'tooFewDays', baselineWh: [], reductionWh: [0, 0] })
    expect(answer({ results: [none] })).toMatch(/no baseline \(tooFewDays\)/)
  })
})

describe('reasons', () => {
  const symbols = decisionOutcome.shape.of === 'enum' ? decisionOutcome.shape.symbols : []
  test.each(symbols)('%s is told in words', (symbol) => {
    const [words = ''] = wordsOf({ decisions: [decision(5, { outcome: symbol as never })] }, 'decision')
    expect(words).toMatch(new RegExp(`^${symbol}: .{12,}; no command was written`))
    expect(words).not.toMatch(/undefined|null|NaN|\[object/)
  })

  const terms = { maxEventsPerDay: 1, maxEventsPerMonth: null, noticeS: 7_200 }
  const detailed: readonly (readonly [string, Parameters<typeof evidence>[0], Parameters<typeof decision>[1], RegExp])[] = [
    [
      'suspended: when',
      { changes: [...evidence().changes, change(12, 'suspended', { effectiveFromMs: NOON_MS, effectiveUntilMs: NOON_MS + HOUR_MS })] },
      { outcome: 'suspended', stateOffset: 12 },
      /suspended from 2026-07-15T19:00:00Z until 2026-07-15T20:00:00Z/,
    ],
    [
      'suspended: as it was known then, not as it is now',
      {
        changes: [
          ...evidence().changes,
          change(12, 'suspended', { effectiveFromMs: NOON_MS }),
          change(13, 'resumed', { effectiveFromMs: NOON_MS + HOUR_MS }),
        ],
      },
      { outcome: 'suspended', stateOffset: 12 },
      /suspended since 2026-07-15T19:00:00Z/,
    ],
    [
      'override: at the device',
      { changes: [...evidence().changes, change(12, 'optedOut', { eventId: 'E', actor: 'device' })] },
      { outcome: 'overriddenByCustomer', stateOffset: 12 },
      /overrode it at the device/,
    ],
    ['outranked: by whom', {}, { outcome: 'outranked', outranked: 'F' }, /event F outranks it/],
    [
      'not targeted: whom the event addresses',
      { events: [placed(topics.utilityEvents, 3, anEvent({ targets: [{ kind: 'resource', ids: ['R-9'] }] }))] },
      { outcome: 'notTargeted' },
      /addresses resource R-9, and the device is none of it \(place feeder-1\)/,
    ],
    [
      'limits: which',
      { programs: [placed(topics.programsView, 0, aProgram('summer-shed', terms))] },
      { outcome: 'eventLimitReached' },
      /\(1 events a day\)/,
    ],
    [
      'notice: how much',
      { programs: [placed(topics.programsView, 0, aProgram('summer-shed', terms))] },
      { outcome: 'noticeTooShort' },
      /want 7200 s of notice; it was received 2026-07-15T19:00:00Z/,
    ],
    [
      'operator stop: which',
      { orders: [placed(topics.dispatchOrders, 4, anOrder(1, { events: [anEvent()], holds: [{ scope: 'vendor', id: 'acme' }] }))] },
      { outcome: 'operatorHold' },
      /operator stop is in force: vendor acme/,
    ],
    ['a fault: its own', {}, { outcome: 'internalFault' }, /alarm was raised: the payload has no slot/],
    ['already told', {}, { outcome: 'sent' }, /already has the timeline/],
  ]
  test.each(detailed)('%s', (_, changes, decided, words) => {
    expect(wordsOf({ ...changes, decisions: [decision(5, decided)] }, 'decision')[0]).toMatch(words)
  })

  test('capacity not needed tells the allocation', () => {
    const allocation = {
      eventId: 'E',
      round: 0,
      targetW: 100_000,
      calledW: 110_000,
      shortfallW: 0,
      thresholdEvents: 2,
      thresholdBucket: 17,
      division: null,
    }
    const orders = [placed(topics.dispatchOrders, 4, anOrder(1, { events: [anEvent()], allocations: [allocation] }))]
    const [words] = wordsOf({ orders, decisions: [decision(5, { outcome: 'capacityNotNeeded' })] }, 'decision')
    expect(words).toMatch(
      /target of 100\.000 kW is covered: 110\.000 kW.*fewer than 2 events.*up to bucket 17; the device is in bucket \d+/,
    )
  })
})

describe('the story', () => {
  const whole = evidence({
    decisions: [decision(5, { outcome: 'sent', seq: 4 })],
    commands: [command(1, 3, { segments: [] }), command(6, 4), command(7, 5, { segments: [] }), command(8, 6, { segments: [] })],
    acks: [ack(1, 3, 'accepted'), ack(2, 4, 'sent'), ack(3, 4, 'accepted'), ack(4, 6, 'accepted')],
    outcomes: [outcome(2, 4, 'acceptedUnverified')],
  })

  test('follows the flow, and the log within each chapter', () => {
    const { steps } = tellStory(whole)
    expect(steps.map(({ chapter, record }) => `${chapter} ${record.offset}`)).toEqual([
      'event 3',
      'order 4',
      'device 10',
      'device 11',
      'decision 5',
      'command 6',
      'command 7',
      'acks 2',
      'acks 3',
      'outcome 2',
    ])
  })

  test('changes that no decision knew, and changes that were refused, say so', () => {
    const verdicts = [
      placed(topics.enrollmentVerdicts, 1, {
        changeId: '',
        deviceId: 'd-1',
        changeOffset: 12,
        refusal: 'alreadyEnrolled' as const,
        detail: 'programId: already',
      }),
    ]
    const changes = [...whole.changes, change(12, 'enrolled', { programId: 'summer-shed' }), change(13, 'terminated')]
    const words = wordsOf({ ...whole, changes, verdicts, decisions: [decision(5, { outcome: 'sent', stateOffset: 12 })] }, 'device')
    expect(words[2]).toMatch(/refused: alreadyEnrolled: programId: already/)
    expect(words[2]).not.toMatch(/not known/)
    expect(words[3]).toMatch(/terminated.*not known to any decision here/)
  })

  test('prints every record with its place and time; says which chapters are empty', () => {
    const text = printStory(tellStory(whole))
    for (const { record } of tellStory(whole).steps) expect(text).toContain(`2026-07-15T19:00:00Z  ${record.topic}-1-${record.offset}\n`)
    expect(text).toContain('signal: nothing on the log')
  })

  test('a decision tells how the device stood then, and JSON has that whole', () => {
    const changes = [...whole.changes, change(12, 'suspended', { effectiveFromMs: NOON_MS }), change(13, 'terminated')]
    const story = tellStory(evidence({ changes, decisions: [decision(5, { outcome: 'suspended', stateOffset: 12 })] }))
    const told = story.steps.find(({ chapter }) => chapter === 'decision')
    expect(told?.words).toMatch(
      /the device then: ocpp of 11000 W, in summer-shed since 1970-01-01T00:00:00Z, suspended since 2026-07-15T19:00:00Z, not opted out$/,
    )
    const { records } = storyJson(story) as {
      records: readonly { chapter: string; knew?: { terminatedMs: number | null; templates?: unknown } }[]
    }
    const knew = records.find(({ chapter }) => chapter === 'decision')?.knew
    expect(knew).toMatchObject({ deviceId: 'd-1', terminatedMs: null })
    expect(knew).not.toHaveProperty('templates')
  })

  test('of a day of intervals it tells those of the event', () => {
    const block = {
      deviceId: 'd-1',
      channel: 'import' as const,
      source: 'import' as const,
      startMs: NOON_MS - 12 * HOUR_MS,
      stepS: 3600,
      revision: 1,
      reason: 'initial' as const,
      values: Array.from({ length: 24 }, (_, hour) => hour),
      qualities: Array.from({ length: 24 }, (_, hour) => (hour === 15 ? ('estimated' as const) : ('measured' as const))),
      coveragePermille: Array.from({ length: 24 }, () => 1000),
    }
    // The event lasts from 14:00 to 16:00.
    const intervals = [
      placed(topics.telemetryIntervals, 1, block),
      placed(topics.telemetryIntervals, 2, { ...block, startMs: NOON_MS + 3.5 * HOUR_MS, values: [7, 8] }),
    ]
    const [day, late] = wordsOf({ intervals }, 'intervals')
    expect(day).toMatch(
      /2026-07-15T21:00:00Z to 2026-07-15T23:00:00Z in steps of 3600 s: 14, 15 Wh \(1 measured, 1 estimated;.*24 values in the record$/,
    )
    expect(late).toMatch(/: 7 Wh .*2 values in the record$/)
  })

  test('shortens long chapters in print, and never in JSON', () => {
    const acks = Array.from({ length: 100 }, (_, index) => ack(index, 4, 'sent'))
    const story = tellStory(evidence({ ...whole, acks }))
    expect(printStory(story)).toContain('… 60 records more')
    const { records } = storyJson(story) as { records: readonly { chapter: string; value: { payload?: unknown } }[] }
    expect(records.filter(({ chapter }) => chapter === 'acks')).toHaveLength(100)
    expect(records.find(({ chapter }) => chapter === 'command')?.value.payload).toBe('{}')
  })

  test('bytes that are no text are shown in base64', () => {
    const story = tellStory(evidence({ ...whole, commands: [command(6, 4, { payload: Buffer.from([0xff, 0xfe]) })] }))
    expect(JSON.stringify(storyJson(story))).toContain('{"base64":"//4="}')
  })
})
