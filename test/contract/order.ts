/** Clauses on the newest command: it wins everywhere, and what is over is not sent. */
import { expect } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Clause, expectAcks, settle, untilAcked } from './clause.ts'
import { HOUR_MS } from './stage.ts'

export const orderClauses: readonly Clause[] = [
  {
    name: 'an older command that comes after a newer one is not sent',
    async check(stage) {
      const device = await stage.connected('D-1')
      await stage.command(device.id, { seq: 2 })
      await untilAcked(stage, device, 'applied 2')
      await stage.command(device.id, { seq: 1 })
      await expectAcks(stage, device, ['sent 2', 'accepted 2', 'applied 2'])
    },
  },
  {
    name: 'a newer command is sent after the one under way was answered, and what came in between is superseded',
    async check(stage) {
      const device = await stage.connected('D-1')
      device.answering = 'silent'
      const { segments } = await stage.command(device.id, { seq: 1 })
      await untilAcked(stage, device, 'sent 1')
      await stage.command(device.id, { seq: 2 })
      await stage.command(device.id, { seq: 3, segments: segments.map((segment) => ({ ...segment, limitW: 1_000 })) })
      await settle(device)
      expect(device.commands.length).toBeLessThanOrEqual(1)
      await eventually('the first command', () => device.commands.length === 1)
      device.answering = 'accepts'
      device.answerNow('oldest')
      await untilAcked(stage, device, 'applied 3')
      expect(stage.acks(device.id).filter((ack) => ack.endsWith('2'))).toEqual(['superseded 2'])
      expect(device.limitW(stage.clock.nowMs())).toBe(1_000)
    },
  },
  {
    name: 'a device that was away gets only the last',
    async check(stage) {
      const device = stage.device('D-1')
      for (const seq of [1, 2, 3]) await stage.command(device.id, { seq })
      await device.connect()
      await expectAcks(stage, device, ['sent 3', 'accepted 3', 'applied 3'])
      expect(device.commands).toEqual(['set'])
    },
  },
  {
    name: 'a command that has expired is not sent',
    async check(stage) {
      const device = stage.device('D-1')
      await stage.command(device.id, { seq: 1, expiresMs: stage.clock.nowMs() + HOUR_MS / 2 })
      stage.clock.advance(HOUR_MS / 2)
      await device.connect()
      await expectAcks(stage, device, [])
      expect(device.commands).toEqual([])
    },
  },
  {
    name: 'a command whose last segment has ended is not sent',
    async check(stage) {
      const device = stage.device('D-1')
      await stage.command(device.id, { seq: 1, expiresMs: stage.clock.nowMs() + 10 * HOUR_MS })
      stage.clock.advance(HOUR_MS)
      await device.connect()
      await expectAcks(stage, device, [])
    },
  },
  {
    name: 'nothing is said of devices that are connected elsewhere',
    async check(stage) {
      const here = await stage.connected('D-here')
      await stage.command('D-elsewhere', { seq: 1 })
      await stage.command(here.id, { seq: 1 })
      await untilAcked(stage, here, 'applied 1')
      expect(stage.acks('D-elsewhere')).toEqual([])
    },
  },
  {
    name: 'no command lets a device draw more than its standing limit',
    async check(stage) {
      const { ratedW, standingLimitW } = stage.protocol.attributes
      const device = await stage.connected('D-1')
      const nowMs = stage.clock.nowMs()
      const segments = [
        { startMs: nowMs, endMs: nowMs + HOUR_MS, limitW: 1_000 },
        { startMs: nowMs + 2 * HOUR_MS, endMs: nowMs + 3 * HOUR_MS, limitW: ratedW },
      ]
      await stage.command(device.id, { seq: 1, segments })
      await untilAcked(stage, device, 'applied 1')
      const within = [0.5, 1.5, 2.5].map((hours) => device.limitW(nowMs + hours * HOUR_MS)).filter(Number.isFinite)
      expect(within[0]).toBe(1_000)
      expect(Math.max(...within)).toBeLessThanOrEqual(standingLimitW)
    },
  },
]
