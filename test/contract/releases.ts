/** Clauses on releases: they are owed until they are confirmed, so that no device stays curtailed. */
import { expect } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Clause, expectAcks, leave, settle, untilAcked } from './clause.ts'
import type { ScriptedDevice } from './protocol.ts'
import { HOUR_MS, type Stage } from './stage.ts'

const release = { segments: [] }

async function curtailed(stage: Stage): Promise<ScriptedDevice> {
  const device = await stage.connected('D-1')
  await stage.command(device.id, { seq: 1 })
  await untilAcked(stage, device, 'applied 1')
  return device
}

export const releaseClauses: readonly Clause[] = [
  {
    name: 'a release that is confirmed takes the limit away',
    async check(stage) {
      const device = await curtailed(stage)
      await stage.command(device.id, { seq: 2, ...release })
      await expectAcks(stage, device, ['sent 1', 'accepted 1', 'applied 1', 'sent 2', 'released 2'])
      expect(device.limitW(stage.clock.nowMs())).toBeGreaterThanOrEqual(stage.protocol.attributes.standingLimitW)
    },
  },
  {
    name: 'a release waits for a device that is away, and is owed until it is confirmed',
    async check(stage) {
      const device = await curtailed(stage)
      await leave(stage, device)
      await stage.command(device.id, { seq: 2, ...release })
      device.answering = 'silent'
      await device.connect()
      await eventually('the release', () => device.commands.includes('release'))
      await device.drop()
      device.answering = 'accepts'
      await device.connect()
      await untilAcked(stage, device, 'released 2')
      expect(device.commands).toEqual(['set', 'release', 'release'])
    },
  },
  {
    name: 'a release that is refused is still owed, and tried again',
    async check(stage) {
      const device = await curtailed(stage)
      device.answering = 'rejects'
      await stage.command(device.id, { seq: 2, ...release })
      await untilAcked(stage, device, 'rejected 2')
      device.answering = 'accepts'
      await untilAcked(stage, device, 'released 2')
    },
  },
  {
    name: 'a release for a device that never got anything is settled without a call',
    async check(stage) {
      const device = stage.device('D-1')
      await stage.command(device.id, { seq: 1 })
      await stage.command(device.id, { seq: 2, ...release })
      await device.connect()
      await expectAcks(stage, device, ['released 2'])
      expect(device.commands).toEqual([])
    },
  },
  {
    name: 'a release is settled without a call when the copy on the device has ended by itself',
    async check(stage) {
      const device = await curtailed(stage)
      await leave(stage, device)
      await stage.command(device.id, { seq: 2, ...release })
      stage.clock.advance(HOUR_MS)
      await device.connect()
      await expectAcks(stage, device, ['sent 1', 'accepted 1', 'applied 1', 'released 2'])
      expect(device.commands).toEqual(['set'])
    },
  },
  {
    name: 'a release is sent where the log does not say all that the device ever got',
    async check(stage) {
      const device = stage.device('D-1')
      await stage.command(device.id, { seq: 57, ...release })
      await device.connect()
      await expectAcks(stage, device, ['sent 57', 'released 57'])
      expect(device.commands).toEqual(['release'])
    },
  },
  {
    name: 'a limit that another set stays',
    async check(stage) {
      const device = await stage.connected('D-1')
      device.holdForeignLimit(3_000)
      await stage.command(device.id, { seq: 1 })
      await stage.command(device.id, { seq: 2, ...release })
      await untilAcked(stage, device, 'released 2')
      await settle(device)
      expect(device.limitW(stage.clock.nowMs())).toBe(3_000)
    },
  },
]
