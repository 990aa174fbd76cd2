/** Clauses on vendors' clouds: what was attempted is found again, what is over is ended, and what a person did is seen. */
import { expect } from 'vitest'
import type { Stretch } from '../../connectors/cloud/polling/telemetry.ts'
import type { Channel } from '../../schemas/common.ts'
import { deviceAcks, enrollmentChanges } from '../../topics/catalogue.ts'
import { eventually } from '../support/eventually.ts'
import { tellGap } from './backfills.ts'
import { type Clause, expectAcks, leave, settle, untilAcked } from './clause.ts'
import type { ScriptedDevice } from './protocol.ts'
import { HOUR_MS, type Stage } from './stage.ts'

const QUARTER_MS = HOUR_MS / 4
const release = { segments: [] }

const detailsOf = (stage: Stage): readonly string[] => stage.log.read(deviceAcks).map(({ value }) => value?.detail ?? '')

export const cloudClauses: readonly Clause[] = [
  {
    name: 'an override at a device behind a cloud is found by a look, opts it out of the event, and is never fought',
    async check(stage) {
      const device = await stage.connected('D-1')
      await stage.command(device.id, { seq: 1, segments: [segment(stage, 0, 8, 5_000)] })
      await untilAcked(stage, device, 'applied 1')
      await device.override('')
      await untilAcked(stage, device, 'overridden 1')
      await eventually('the opt-out', () => stage.log.read(enrollmentChanges).length > 0)
      await expectAcks(stage, device, ['sent 1', 'accepted 1', 'applied 1', 'overridden 1'])
      const changes = stage.log.read(enrollmentChanges).map(({ value }) => value)
      expect(changes).toEqual([expect.objectContaining({ kind: 'optedOut', deviceId: 'D-1', eventId: 'event-1', actor: 'device' })])
      expect(device.commands).toEqual(['set'])
    },
  },
  {
    name: 'a command that is cancelled before its start, while the cloud is away, leaves nothing there',
    async check(stage) {
      const device = await stage.connected('D-1')
      await leave(stage, device)
      await stage.command(device.id, { seq: 1, segments: [segment(stage, 4, 8, 5_000)] })
      await stage.command(device.id, { seq: 2, ...release })
      await device.connect()
      await untilAcked(stage, device, 'released 2')
      expect(device.commands).toEqual([])
      expect(device.limitW(stage.clock.nowMs() + 1.5 * HOUR_MS)).toBe(Number.POSITIVE_INFINITY)
    },
  },
  {
    name: 'a restart between an attempt and its answer finds what arrived, and does not make it twice',
    async check(stage) {
      const before = await stage.connected('D-1')
      before.answering = 'silent'
      const { segments } = await stage.command(before.id, { seq: 1 })
      await eventually('the command', () => before.commands.length === 1)
      before.answerNow('oldest')
      await stage.crash()
      await stage.start()
      const after = await stage.connected('D-1')
      await untilAcked(stage, after, 'applied 1')
      expect(after.commands).toEqual([])
      expect(after.limitW(stage.clock.nowMs())).toBe(segments[0]?.limitW)
      await stage.command(after.id, { seq: 2, ...release })
      await untilAcked(stage, after, 'released 2')
      expect(after.limitW(stage.clock.nowMs())).toBeGreaterThanOrEqual(stage.protocol.attributes.standingLimitW)
    },
  },
  {
    name: 'a release that comes while the node is dead ends what had arrived without an answer',
    async check(stage) {
      const before = await stage.connected('D-1')
      before.answering = 'silent'
      await stage.command(before.id, { seq: 1 })
      await eventually('the command', () => before.commands.length === 1)
      before.answerNow('oldest')
      await stage.crash()
      await stage.command('D-1', { seq: 2, ...release })
      await stage.start()
      const after = await stage.connected('D-1')
      await untilAcked(stage, after, 'released 2')
      expect(after.limitW(stage.clock.nowMs())).toBeGreaterThanOrEqual(stage.protocol.attributes.standingLimitW)
    },
  },
  {
    name: 'a release that is due while the cloud is away is owed, also over a restart, and delivered when it is back',
    async check(stage) {
      const device = await stage.connected('D-1')
      await stage.command(device.id, { seq: 1, segments: [segment(stage, 0, 16, 5_000)] })
      await untilAcked(stage, device, 'applied 1')
      await leave(stage, device)
      await stage.command(device.id, { seq: 2, ...release })
      await eventually('a try', () => stage.acks(device.id).includes('sent 2'))
      await stage.crash()
      await stage.start()
      const after = stage.device('D-1')
      await after.connect()
      await untilAcked(stage, after, 'released 2')
      expect(after.limitW(stage.clock.nowMs())).toBeGreaterThanOrEqual(stage.protocol.attributes.standingLimitW)
    },
  },
  {
    name: 'a timeline of levels 1-2-3-1 is obeyed at each level, and what a change leaves as it was is left alone',
    async check(stage) {
      const device = await stage.connected('D-1')
      const first = [segment(stage, 0, 8, 7_000), segment(stage, 8, 9, 5_000), segment(stage, 9, 10, 2_000), segment(stage, 10, 11, 7_000)]
      await stage.command(device.id, { seq: 1, segments: first })
      await untilAcked(stage, device, 'applied 1')
      const { isHeldUntilStart } = stage.protocol
      if (!isHeldUntilStart) {
        await eventually('all levels', () => device.commands.length === 4)
        expect(first.map(({ startMs }) => device.limitW(startMs + QUARTER_MS / 2))).toEqual(first.map(({ limitW }) => limitW))
      }
      expect(device.limitW(stage.clock.nowMs())).toBe(7_000)
      await stage.command(device.id, { seq: 2, segments: first.slice(0, 2) })
      await untilAcked(stage, device, 'applied 2')
      if (!isHeldUntilStart)
        await eventually('the end of two levels', () => device.commands.filter((word) => word === 'release').length === 2)
      expect(device.commands.filter((word) => word === 'set')).toHaveLength(isHeldUntilStart ? 1 : 4)
      expect(detailsOf(stage)).toContain('it was set before')
      expect(device.limitW(stage.clock.nowMs())).toBe(7_000)
    },
  },
  {
    name: 'a gap of days ago is asked of the vendor once it is there, and not again after its answer',
    async check(stage) {
      const device = await stage.connected('D-1')
      await leave(stage, device)
      const gap = await tellGap(stage, device.id, daysAgo(stage, 5))
      await device.connect()
      await eventually('the values of the gap', () => hasValues(stage, gap))
      const times = askedFor(device, gap)
      await tellGap(stage, device.id, { ...gap, revision: 3 })
      await settle(device)
      expect([times, askedFor(device, gap)]).toEqual([1, 1])
    },
  },
  {
    name: 'a gap that was told of while the node was dead is asked of the vendor by its successor',
    async check(stage) {
      await stage.connected('D-1')
      await stage.crash()
      const gap = await tellGap(stage, 'D-1', daysAgo(stage, 5))
      await stage.start()
      await eventually('the values of the gap', () => hasValues(stage, gap))
    },
  },
]

/** An hour of a day that polls do not ask for any more. */
function daysAgo(stage: Stage, days: number): Stretch {
  const untilMs = Math.floor(stage.clock.nowMs() / HOUR_MS) * HOUR_MS - days * 24 * HOUR_MS
  return { fromMs: untilMs - HOUR_MS, untilMs }
}

const askedFor = ({ history }: ScriptedDevice, { fromMs, untilMs }: Stretch): number =>
  history?.asked.filter((asked) => asked !== null && asked.fromMs <= fromMs && asked.untilMs >= untilMs).length ?? 0

function hasValues({ log, protocol }: Stage, { fromMs, untilMs, channel }: Stretch & { readonly channel: Channel }): boolean {
  const readings = log.read(protocol.connector.raw).flatMap(({ value }) => (value ? protocol.connector.decoder(value).readings : []))
  return readings.some(
    (reading) =>
      reading.kind === 'block' &&
      reading.channel === channel &&
      reading.startMs <= fromMs &&
      reading.startMs + reading.values.length * reading.stepMs >= untilMs,
  )
}

/** From one quarter hour from now to another. */
function segment(stage: Stage, from: number, until: number, limitW: number) {
  const nowMs = Math.floor(stage.clock.nowMs() / 1000) * 1000
  return { startMs: nowMs + from * QUARTER_MS, endMs: nowMs + until * QUARTER_MS, limitW }
}
