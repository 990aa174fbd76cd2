/** Tries gathering the evidence about a device: the log alone tells all, an index only makes it faster. */
import { beforeEach, describe, expect, test } from 'vitest'
import { gatherEvidence } from '../../../../gateway/cli/explain/gather.ts'
import { type DeviceQuestion, type LogIndex, noIndex } from '../../../../gateway/cli/explain/index-query.ts'
import { tellStory } from '../../../../gateway/cli/explain/story.ts'
import type { ReadingBlock } from '../../../../schemas/telemetry.ts'
import * as topics from '../../../../topics/catalogue.ts'
import { partitionOf } from '../../../../topics/partitioner.ts'
import { aChange } from '../../../build/changes.ts'
import { anEvent, anOrder, HOUR_MS, NOON_MS } from '../../../build/events.ts'
import { aRequest } from '../../../build/request.ts'
import { aProgram } from '../../../build/terms.ts'
import { createMemoryRawLog, type MemoryRawLog, PARTITIONS } from '../log/memory-raw-log.ts'
import { ack, command, decision, outcome } from './evidence.ts'

const partition = partitionOf('d-1', PARTITIONS)
const before = { timestampMs: NOON_MS - HOUR_MS }
const now = { timestampMs: NOON_MS }

const reading = (deviceId: string, startMs: number): ReadingBlock => ({
  deviceId,
  channel: 'import',
  source: 'ocpp',
  kind: 'interval',
  register: '',
  startMs,
  stepMs: 900_000,
  values: [100],
  qualities: ['measured'],
  sourceCode: '',
  rawOffset: 1,
})

let log: MemoryRawLog

beforeEach(() => {
  log = createMemoryRawLog(topics.catalogue)
  for (const deviceId of ['d-1', 'd-2', 'd-3']) {
    log.append(topics.enrollmentChanges, aChange('registered', { deviceId, ...(deviceId === 'd-1' ? { meterId: 'm-9' } : {}) }), before)
    log.append(topics.enrollmentChanges, aChange('enrolled', { deviceId, programId: 'summer-shed' }), before)
    log.append(topics.telemetryReadings, reading(deviceId, NOON_MS - HOUR_MS), before)
  }
  const opened = { deviceId: 'd-1', protocol: 'ocpp' as const, node: 'edge', opened: true, epoch: -1, atMs: 5, reason: '' }
  log.append(topics.deviceConnections, { ...opened, deviceId: 'd-2' }, { ...before, partition })
  const epoch = log.append(topics.deviceConnections, opened, before)
  log.append(topics.programsView, aProgram(), { key: 'summer-shed' })
  log.append(topics.programsView, aProgram('winter'), { key: 'winter' })
  const signal = log.append(topics.utilityRequests, aRequest(), now)
  const event = anEvent({ theirEventId: 'theirs', signal: { topic: topics.utilityRequests.name, partition: 0, offset: signal } })
  log.append(topics.utilityEvents, anEvent({ eventId: 'other' }), now)
  log.append(topics.utilityEvents, event, now)
  for (let place = 0; place < PARTITIONS; place++) {
    log.append(topics.dispatchOrders, anOrder(1, { events: [anEvent({ eventId: 'other' })] }), { ...now, partition: place })
    log.append(topics.dispatchOrders, anOrder(2, { events: [event] }), { ...now, partition: place })
  }
  log.append(topics.dispatchOrders, anOrder(3, { holdsChanged: true, holds: [{ scope: 'vendor', id: 'acme' }] }), { ...now, partition })
  log.append(topics.dispatchOrders, anOrder(4, { programs: [aProgram()] }), { ...now, partition })
  log.append(topics.dispatchDecisions, decision(0, { outcome: 'sent', seq: 1, epochs: [-1, epoch], stateOffset: 99 }).value, {
    ...now,
    partition,
  })
  log.append(topics.dispatchDecisions, decision(0, { outcome: 'sent', deviceIds: ['d-2', 'd-3'] }).value, { ...now, partition })
  log.append(topics.dispatchCommands.ocpp, command(0, 1).value, now)
  log.append(topics.dispatchCommands.ocpp, { ...command(0, 1).value, deviceId: 'd-2' }, now)
  log.append(topics.deviceAcks, ack(0, 1, 'accepted').value, now)
  log.append(topics.dispatchOutcomes, outcome(0, 1, 'applied').value, now)
  for (const hours of [1, 2, 3, 4])
    log.append(topics.telemetryReadings, reading('d-1', NOON_MS + hours * HOUR_MS), { timestampMs: NOON_MS + (hours + 1) * HOUR_MS })
  const baseline = {
    programId: 'summer-shed',
    revision: 1,
    method: 'm',
    methodHash: '',
    inputHash: '',
    historyPartition: 0,
    historyOffset: 1,
    daysUsed: [],
    daysLeftOut: [],
    adjustmentNumerator: '1',
    adjustmentDenominator: '1',
    adjustmentCapped: false,
    startMs: 0,
    stepS: 900,
    unadjustedWh: [1],
    baselineWh: [1],
    noBaseline: null,
    frozenMs: 1,
  }
  for (const [eventId, unitId] of [
    ['E', 'm-9'],
    ['other', 'm-9'],
    ['E', 'd-2'],
  ] as const)
    log.append(topics.settlementBaselines, { ...baseline, eventId, unitId }, { timestampMs: NOON_MS + HOUR_MS })
})

const gather = (askIndex: (asked: DeviceQuestion) => Promise<LogIndex> = async () => noIndex, eventId = 'E', deviceId = 'd-1') =>
  gatherEvidence({ log, schemas: log.schemas, eventId, deviceId, askIndex, onProgress: () => {} })

describe('evidence', () => {
  test('is everything about the device in the event, and nothing else', async () => {
    const found = await gather()
    expect(found.events.map(({ value }) => value.eventId)).toEqual(['E'])
    expect(found.requests.map(({ value }) => value.theirEventId)).toEqual(['E'])
    expect(found.programs.map(({ value }) => value.programId)).toEqual(['summer-shed'])
    expect(found.orders.map(({ value, partition: place }) => [value.orderSeq, place])).toEqual([
      [2, partition],
      [3, partition],
    ])
    expect(found.changes.map(({ value }) => value.kind)).toEqual(['registered', 'enrolled'])
    expect(found.connections.map(({ value }) => value.deviceId)).toEqual(['d-1'])
    expect(found.decisions).toHaveLength(1)
    for (const records of [found.commands, found.acks, found.outcomes]) expect(records.map(({ value }) => value.deviceId)).toEqual(['d-1'])
    // The event lasts from 14:00 to 16:00.
    expect(found.readings.map(({ value }) => (value.startMs - NOON_MS) / HOUR_MS)).toEqual([2, 3])
    expect(found.baselines.map(({ value }) => [value.eventId, value.unitId])).toEqual([['E', 'm-9']])
  })

  test('makes a story that names the connection', async () => {
    const { answer, steps } = tellStory(await gather())
    expect(answer).toMatch(/commanded: applied/)
    expect(steps.find(({ chapter }) => chapter === 'decision')?.words).toMatch(/connection device\.connections\.v1-\d-\d+ \(edge, 1970/)
  })

  test('is found by the id of whoever asked as well', async () => {
    const found = await gather(undefined, 'theirs')
    expect(found.eventId).toBe('E')
    expect(found.decisions).toHaveLength(1)
  })

  test('is the same by an index, however far that reaches, and less is read', async () => {
    const alone = await gather()
    const read = () => [...log.scanned.values()].reduce((sum, count) => sum + count, 0)
    const readAlone = read()
    const places = [...alone.changes, ...alone.decisions, ...alone.commands, ...alone.acks, ...alone.outcomes, ...alone.readings]
    const reaching = (reach: number): LogIndex => {
      const offsets = new Map<string, number[]>()
      for (const { topic, partition: place, offset } of places)
        if (offset < reach) offsets.set(`${topic}-${place}`, [...(offsets.get(`${topic}-${place}`) ?? []), offset])
      return { offsets, next: new Map(places.map(({ topic, partition: place }) => [`${topic}-${place}`, reach])) }
    }
    for (const reach of [0, 1, 2, 1_000]) expect(await gather(async () => reaching(reach))).toEqual(alone)
    log.scanned.clear()
    await gather(async () => reaching(1_000))
    expect(read()).toBeLessThan(readAlone)
  })

  test('asks the index about the meter once it is known', async () => {
    const asked: DeviceQuestion[] = []
    await gather(async (question) => {
      asked.push(question)
      return noIndex
    })
    expect(asked.map(({ unitIds }) => unitIds)).toEqual([['d-1'], ['d-1', 'm-9']])
  })

  test('an event that is not there is an error; a device that is not there is a story', async () => {
    await expect(gather(undefined, 'nope')).rejects.toThrow(/there is no event nope/)
    expect(tellStory(await gather(undefined, 'E', 'nobody')).answer).toMatch(/nobody is not registered/)
  })
})
