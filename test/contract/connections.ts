/** Clauses on connections: each is a fact with an epoch, and the newest holds. */
import { expect } from 'vitest'
import { deviceAcks, deviceConnections } from '../../topics/catalogue.ts'
import { eventually } from '../support/eventually.ts'
import { type Clause, settle, untilAcked } from './clause.ts'
import type { Stage } from './stage.ts'

const connectionsOf = (stage: Stage) =>
  stage.log.read(deviceConnections).map(({ value, offset }) => (value?.opened ? `opened ${offset}` : `closed ${value?.epoch}`))

const untilConnections = (stage: Stage, wanted: readonly string[]) =>
  eventually(`${wanted.join(', ')}, not ${connectionsOf(stage).join(', ')}`, () => connectionsOf(stage).join() === wanted.join(), 10_000)

export const connectionClauses: readonly Clause[] = [
  {
    name: 'opened and closed are recorded, and the epoch is the offset of opened',
    async check(stage) {
      const device = await stage.connected('D-1')
      await device.drop()
      await untilConnections(stage, ['opened 0', 'closed 0'])
      await device.connect()
      await stage.command(device.id, { seq: 1 })
      await untilAcked(stage, device, 'applied 1')
      expect(connectionsOf(stage)).toEqual(['opened 0', 'closed 0', 'opened 2'])
      expect(stage.log.read(deviceAcks).map(({ value }) => value?.epoch)).toEqual([2, 2, 2])
    },
  },
  {
    name: 'a second connection takes over with a new epoch, and the close of the first does not count',
    async check(stage) {
      const first = await stage.connected('D-1')
      const second = await stage.connected('D-1')
      await first.closed
      await untilConnections(stage, ['opened 0', 'opened 1', 'closed 0'])
      await stage.command(second.id, { seq: 1 })
      await untilAcked(stage, second, 'applied 1')
      expect(first.commands).toEqual([])
      expect(stage.log.read(deviceAcks).map(({ value }) => value?.epoch)).toEqual([1, 1, 1])
    },
  },
  {
    name: 'a command under way on the first connection goes to the second',
    async check(stage) {
      const first = await stage.connected('D-1')
      first.answering = 'silent'
      await stage.command(first.id, { seq: 1 })
      await eventually('the command', () => first.commands.length === 1)
      const second = await stage.connected('D-1')
      await untilAcked(stage, second, 'applied 1')
      expect(second.commands).toEqual(['set'])
    },
  },
  {
    name: 'a device that nobody enrolled is not let in',
    async check(stage) {
      stage.strangers.add('D-stranger')
      await expect(stage.connected('D-stranger')).rejects.toThrow()
      expect(connectionsOf(stage)).toEqual([])
    },
  },
  {
    name: 'the node says that connections are closed when it stops',
    async check(stage) {
      const device = await stage.connected('D-1')
      await settle(device)
      await stage.stop()
      expect(connectionsOf(stage)).toEqual(['opened 0', 'closed 0'])
    },
  },
]
