/** Clauses on crashes and restarts: nothing is forgotten that a device may hold, and nothing is done twice that was answered. */
import { expect } from 'vitest'
import { deviceAcks, deviceConnections } from '../../topics/catalogue.ts'
import { eventually } from '../support/eventually.ts'
import { type Clause, expectAcks, untilAcked } from './clause.ts'

export const crashClauses: readonly Clause[] = [
  {
    name: 'a node that comes back does not send what was answered',
    async check(stage) {
      const before = await stage.connected('D-1')
      await stage.command(before.id, { seq: 1 })
      await untilAcked(stage, before, 'applied 1')
      await stage.stop()
      await stage.start()
      const after = await stage.connected('D-1')
      await expectAcks(stage, after, ['sent 1', 'accepted 1', 'applied 1'])
      expect(after.commands).toEqual([])
    },
  },
  {
    name: 'commands that were under way in a crash are sent again, and the device ends with the newest',
    async check(stage) {
      const before = await stage.connected('D-1')
      before.answering = 'silent'
      await stage.command(before.id, { seq: 1 })
      await eventually('the command', () => before.commands.length === 1)
      await stage.crash()
      await stage.start()
      const after = await stage.connected('D-1')
      await untilAcked(stage, after, 'applied 1')
      expect(after.commands).toEqual(['set'])
      expect(stage.acks('D-1')).toEqual(['sent 1', 'sent 1', 'accepted 1', 'applied 1'])
    },
  },
  {
    name: 'a release that comes while the node is dead reaches a device that may hold what was under way',
    async check(stage) {
      const before = await stage.connected('D-1')
      before.answering = 'silent'
      await stage.command(before.id, { seq: 1 })
      await eventually('the command', () => before.commands.length === 1)
      await stage.crash()
      await stage.command('D-1', { seq: 2, segments: [] })
      await stage.start()
      const after = await stage.connected('D-1')
      await untilAcked(stage, after, 'released 2')
      expect(after.commands).toEqual(['release'])
    },
  },
  {
    name: 'a command reaches no device before the log knows that it is on the way',
    async check(stage) {
      const device = await stage.connected('D-1')
      const open = stage.hold(deviceAcks)
      await stage.command(device.id, { seq: 1 })
      await device.report()
      expect(device.commands).toEqual([])
      open()
      await untilAcked(stage, device, 'applied 1')
    },
  },
  {
    name: 'a command that was accepted but not looked at before a crash is looked at after it',
    async check(stage) {
      const before = await stage.connected('D-1')
      before.answering = 'ignores'
      await stage.command(before.id, { seq: 1 })
      await untilAcked(stage, before, 'accepted 1')
      await stage.crash()
      await stage.start()
      const after = await stage.connected('D-1')
      after.answering = 'accepts'
      const looked = () => stage.log.read(deviceAcks).findLast(({ value }) => value?.status === 'accepted')?.value?.detail !== ''
      await eventually('a look that shows something else', looked)
      expect(after.commands).toEqual([])
    },
  },
  {
    name: 'connections that a crash left open are said to be closed',
    async check(stage) {
      await stage.connected('D-1')
      await stage.crash()
      await stage.start()
      const connections = stage.log.read(deviceConnections).map(({ value }) => [value?.opened, value?.epoch])
      expect(connections).toEqual([
        [true, -1],
        [false, 0],
      ])
    },
  },
]
