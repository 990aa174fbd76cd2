/** Clauses on what a device answers: each answer is recorded as what it is, and taken for no more. */
import { expect } from 'vitest'
import { deviceAcks } from '../../topics/catalogue.ts'
import { eventually } from '../support/eventually.ts'
import { type Clause, expectAcks, settle, untilAcked } from './clause.ts'
import type { Answering, ScriptedDevice } from './protocol.ts'
import { HOUR_MS, type Stage } from './stage.ts'

/** The device has the first command, and the node has given up waiting for its answer. */
async function untilUnanswered(stage: Stage, device: ScriptedDevice): Promise<void> {
  await eventually('the command', () => device.commands.length > 0)
  await untilAcked(stage, device, 'timedOut 1')
}

const finalAnswer = (answering: Answering, status: string): Clause => ({
  name: `${status} is final: the command is not sent again, not even on a new connection`,
  async check(stage) {
    const device = await stage.connected('D-1')
    device.answering = answering
    await stage.command(device.id, { seq: 1 })
    await expectAcks(stage, device, ['sent 1', `${status} 1`])
    await device.drop()
    await device.connect()
    await expectAcks(stage, device, ['sent 1', `${status} 1`])
    expect(device.commands).toEqual(['set'])
  },
})

export const answerClauses: readonly Clause[] = [
  {
    name: 'a command that is accepted and holds is sent, accepted and applied, in this order',
    async check(stage) {
      const device = await stage.connected('D-1')
      const { segments, expiresMs } = await stage.command(device.id, { seq: 1 })
      await expectAcks(stage, device, ['sent 1', 'accepted 1', 'applied 1'])
      expect(device.limitW(stage.clock.nowMs())).toBe(segments[0]?.limitW)
      const [ack] = stage.log.read(deviceAcks)
      expect(ack?.value).toMatchObject({ epoch: stage.protocol.isCloud ? -1 : 0, release: false, lastEndMs: segments[0]?.endMs, expiresMs })
    },
  },
  {
    name: 'what is accepted and not followed never becomes applied, and the log says what the device shows',
    async check(stage) {
      const device = await stage.connected('D-1')
      device.answering = 'ignores'
      await stage.command(device.id, { seq: 1 })
      await untilAcked(stage, device, 'accepted 1')
      const looked = () => stage.log.read(deviceAcks).find(({ value }) => value?.status === 'accepted' && value.detail !== '')
      await eventually('a look that shows something else', looked)
      stage.clock.advance(HOUR_MS / 2)
      await settle(device)
      expect(stage.acks(device.id)).toEqual(['sent 1', 'accepted 1', 'accepted 1'])
    },
  },
  finalAnswer('rejects', 'rejected'),
  finalAnswer('notSupported', 'notSupported'),
  {
    name: 'a command without an answer times out and is tried again while it lives',
    isUnanswered: true,
    async check(stage) {
      const device = await stage.connected('D-1')
      device.answering = 'silent'
      await stage.command(device.id, { seq: 1 })
      await untilAcked(stage, device, 'timedOut 1')
      device.answering = 'accepts'
      await expectAcks(stage, device, ['sent 1', 'timedOut 1', 'sent 1', 'accepted 1', 'applied 1'])
    },
  },
  {
    name: 'a command without an answer is not tried again after its end',
    isUnanswered: true,
    async check(stage) {
      const device = await stage.connected('D-1')
      device.answering = 'silent'
      await stage.command(device.id, { seq: 1 })
      await untilAcked(stage, device, 'timedOut 1')
      const triesBefore = device.commands.length
      stage.clock.advance(HOUR_MS)
      await device.drop()
      await device.connect()
      await settle(device)
      expect(device.commands.length).toBe(triesBefore)
    },
  },
  {
    name: 'a late answer counts',
    isUnanswered: true,
    async check(stage) {
      const device = await stage.connected('D-1')
      device.answering = 'silent'
      await stage.command(device.id, { seq: 1 })
      await untilUnanswered(stage, device)
      device.answering = 'accepts'
      device.answerNow('oldest')
      await untilAcked(stage, device, 'applied 1')
      expect(stage.acks(device.id).slice(0, 2)).toEqual(['sent 1', 'timedOut 1'])
      expect(stage.acks(device.id)).toContain('accepted 1')
    },
  },
  {
    name: 'a late answer to an older command does not leave the device with it',
    isUnanswered: true,
    async check(stage) {
      const device = await stage.connected('D-1')
      device.answering = 'silent'
      const { segments } = await stage.command(device.id, { seq: 1 })
      await untilUnanswered(stage, device)
      await stage.command(device.id, { seq: 2, segments: segments.map((segment) => ({ ...segment, limitW: 1_000 })) })
      await eventually('the newer command', () => device.commands.length === 2)
      device.answering = 'accepts'
      device.answerNow('newest')
      device.answerNow('oldest')
      expect(device.limitW(stage.clock.nowMs())).toBe(segments[0]?.limitW)
      await eventually('the newest limit', () => device.limitW(stage.clock.nowMs()) === 1_000, 10_000)
    },
  },
]
