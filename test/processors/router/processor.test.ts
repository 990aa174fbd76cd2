/** Intervals count to the units effective at their time, once per program. */
import { describe, expect, it } from 'vitest'
import { router } from '../../../processors/router/processor.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import type { DecisionBlock } from '../../../schemas/dispatch.ts'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import type { UnitIntervalBlock } from '../../../schemas/settlement.ts'
import type { IntervalBlock } from '../../../schemas/telemetry.ts'
import { dispatchDecisions, settlementIntervals, telemetryIntervals } from '../../../topics/catalogue.ts'
import { partitionOf } from '../../../topics/partitioner.ts'
import type { Driver } from '../../driver/driver.ts'
import { anEvent, orderOf } from '../metering/events.ts'
import { MINUTE_MS, openDriver, START_MS } from '../metering/rig.ts'
import { aDevice, aProgram, aTerms } from '../metering/terms.ts'

const topology: Topology = {
  subTopologies: [{ name: 'telemetry', partitioning: 'device', processors: [router] }],
  external: [],
  terminal: [],
}
const STEP_MS = 15 * MINUTE_MS
const programs = [
  aProgram('devices'),
  aProgram('resources', aTerms({ settledUnit: 'resource' })),
  aProgram('meters', aTerms({ settledUnit: 'meter' })),
]

const block = (changes: Partial<IntervalBlock> = {}): IntervalBlock => ({
  deviceId: 'a',
  channel: 'import',
  source: 'loopback',
  startMs: START_MS,
  stepS: 900,
  revision: 1,
  reason: 'initial',
  values: [10, 20, 30, 40],
  qualities: ['measured', 'measured', 'estimated', 'measured'],
  coveragePermille: [1000, 1000, 900, 1000],
  ...changes,
})
const enrolled = (programId: string, resourceId: string | null, fromMs = 0, untilMs: number | null = null) =>
  ({ programId, resourceId, fromMs, untilMs, registration: 'none', termsVersion: 1 }) as const
const decision = (deviceId: string, outcome: DecisionBlock['outcomes'][number], decidedMs: number): DecisionBlock => ({
  eventId: 'e',
  eventRevision: 1,
  programId: 'resources',
  termsVersion: 1,
  trigger: 'order',
  orderSeq: 1,
  decidedMs,
  deviceIds: [deviceId],
  outcomes: [outcome],
  commandSeqs: [1],
  stateOffsets: [0],
  epochs: [1],
  payloadHashes: [''],
  faults: [],
  outrankedBy: [''],
})

const open = (device: DeviceState) => openDriver({ devices: [device], programs }, {}, topology)
const contributions = (driver: Driver): UnitIntervalBlock[] =>
  driver.read(settlementIntervals).flatMap(({ value }) => (value ? [value] : []))
const summary = (driver: Driver) =>
  contributions(driver).map(({ unitKind, unitId, programId, values }) => [unitKind, unitId, programId, values])

describe('the router', () => {
  it('lets every device count to itself, once, whatever its programs', () => {
    const driver = open(aDevice('a', {}, ['devices']))
    driver.send(telemetryIntervals, block())
    driver.run()
    expect(contributions(driver)).toEqual([
      {
        unitId: 'a',
        unitKind: 'device',
        programId: '',
        deviceId: 'a',
        channel: 'import',
        source: 'loopback',
        eventIds: [],
        startMs: START_MS,
        stepS: 900,
        revision: 1,
        values: [10, 20, 30, 40],
        qualities: ['measured', 'measured', 'estimated', 'measured'],
        coveragePermille: [1000, 1000, 900, 1000],
        reason: 'initial',
      },
    ])
    expect(driver.read(settlementIntervals)[0]?.key).toBe('a')
  })

  it('counts exports negative, and generation and state of charge not at all', () => {
    const driver = open(aDevice('a'))
    driver.send(telemetryIntervals, block({ channel: 'export', values: [10, 0, 3, 4] }))
    driver.send(telemetryIntervals, block({ channel: 'generation' }))
    driver.send(telemetryIntervals, block({ channel: 'stateOfCharge' }))
    driver.run()
    expect(summary(driver)).toEqual([['device', 'a', '', [-10, 0, -3, -4]]])
  })

  it('counts to a resource while the device is enrolled under it, keyed by the resource', () => {
    const moved = aDevice('a', {
      enrollments: [
        enrolled('resources', 'r1', 0, START_MS + STEP_MS),
        enrolled('resources', 'r2', START_MS + STEP_MS, START_MS + 3 * STEP_MS),
      ],
    })
    const driver = open(moved)
    driver.send(telemetryIntervals, block())
    driver.run()
    expect(summary(driver).slice(1)).toEqual([
      ['resource', 'r1', 'resources', [10]],
      ['resource', 'r2', 'resources', [20, 30]],
    ])
    expect(contributions(driver)[2]).toMatchObject({ startMs: START_MS + STEP_MS, coveragePermille: [1000, 900] })
    expect(driver.read(settlementIntervals).map(({ key }) => key)).toEqual(['a', 'r1', 'r2'])
  })

  it('counts once in a program in which the device is enrolled twice', () => {
    const driver = open(aDevice('a', { enrollments: [enrolled('resources', 'r1'), enrolled('resources', 'r2')] }))
    driver.send(telemetryIntervals, block())
    driver.run()
    expect(summary(driver).slice(1)).toEqual([['resource', 'r1', 'resources', [10, 20, 30, 40]]])
  })

  it('tells the meter that settles a device of its membership, without energy; the meter counts to itself', () => {
    const behind = aDevice('a', {
      enrollments: [enrolled('meters', null)],
      memberships: [{ siteId: 's', meterId: 'm', fromMs: 0, untilMs: null }],
    })
    const driver = open(behind)
    driver.send(telemetryIntervals, block())
    driver.run()
    expect(contributions(driver)[1]).toMatchObject({
      unitId: 'm',
      unitKind: 'meter',
      programId: 'meters',
      values: [0, 0, 0, 0],
      coveragePermille: [0, 0, 0, 0],
    })
    const meter = aDevice('m')
    const other = open({ ...meter, attributes: { ...meter.attributes, protocol: 'none' } })
    other.send(telemetryIntervals, block({ deviceId: 'm' }))
    other.run()
    expect(summary(other)).toEqual([['meter', 'm', '', [10, 20, 30, 40]]])
  })

  it('says which events had called the contributor; a call taken back before the start does not count', () => {
    const event = anEvent({ eventId: 'e', programId: 'resources', startMs: START_MS, endMs: START_MS + 4 * STEP_MS })
    const play = (decisions: readonly DecisionBlock[]) => {
      const driver = open(aDevice('a', { enrollments: [enrolled('resources', 'r')] }))
      const partition = partitionOf('a', 2)
      orderOf(driver, [event])
      for (const decided of decisions) driver.send(dispatchDecisions, decided, { partition })
      driver.run()
      driver.send(telemetryIntervals, block())
      driver.send(telemetryIntervals, block({ startMs: START_MS + 4 * STEP_MS }))
      driver.run()
      return contributions(driver)
        .filter(({ unitId }) => unitId === 'r')
        .map(({ eventIds }) => eventIds)
    }
    expect(play([])).toEqual([[], []])
    expect(play([decision('a', 'sent', START_MS - 1000)])).toEqual([['e'], []])
    expect(play([decision('a', 'sent', START_MS - 1000), decision('a', 'optedOut', START_MS - 500)])).toEqual([[], []])
    expect(play([decision('a', 'sent', START_MS - 1000), decision('a', 'optedOut', START_MS + 500)])).toEqual([['e'], []])
  })

  it('lets be what it does not know', () => {
    const driver = open(aDevice('a'))
    driver.send(telemetryIntervals, block({ deviceId: 'unknown' }))
    driver.run()
    expect(contributions(driver)).toEqual([])
  })
})
