/** Clauses on what devices say: kept verbatim before they are answered, unreadable or not, and an override is obeyed. */
import { expect } from 'vitest'
import { deviceAcks, enrollmentChanges, rejectedRecords } from '../../topics/catalogue.ts'
import { sha256Hex } from '../../topics/ids.ts'
import { eventually } from '../support/eventually.ts'
import { type Clause, expectAcks, untilAcked } from './clause.ts'

export const telemetryClauses: readonly Clause[] = [
  {
    name: 'telemetry is on its raw topic, byte for byte, before the device is answered',
    async check(stage) {
      const { raw, decoder } = stage.protocol.connector
      const device = await stage.connected('D-1')
      const before = stage.log.read(raw).length
      const open = stage.hold(raw)
      let isAnswered = false
      const report = device.report().then((sent) => {
        isAnswered = true
        return sent
      })
      const other = stage.device('D-2')
      const connecting = other.connect()
      await Promise.race([connecting, new Promise((resolve) => setTimeout(resolve, 100))])
      expect(isAnswered).toBe(false)
      open()
      const sent = await report
      await connecting
      const record = stage.log.read(raw)[before]?.value
      expect(record?.body).toEqual(sent)
      expect(record).toMatchObject({
        deviceId: 'D-1',
        epoch: 0,
        sha256: sha256Hex(sent),
        protocol: stage.protocol.connector.renderer.protocol,
      })
      expect(record && decoder(record)).toMatchObject({ faults: [], readings: [expect.objectContaining({ channel: 'import' })] })
    },
  },
  {
    name: 'telemetry that could not be recorded is not answered as if it were',
    async check(stage) {
      const device = await stage.connected('D-1')
      stage.log.failWith('the log is full')
      const report = device.report().then(
        () => 'answered',
        () => 'refused',
      )
      const outcome = await Promise.race([report, new Promise((resolve) => setTimeout(() => resolve('silence'), 100))])
      stage.log.failWith(undefined)
      expect(outcome).not.toBe('answered')
      await device.report()
    },
  },
  {
    name: 'what cannot be read is kept whole with its reason, and holds up nobody',
    async check(stage) {
      const device = await stage.connected('D-1')
      const other = await stage.connected('D-2')
      const nonsense = device.sayNonsense()
      await Promise.all([device.report(), other.report()])
      const [rejected] = await eventually('the rejected record', () => {
        const records = stage.log.read(rejectedRecords)
        return records.length > 0 && records
      })
      expect(rejected?.value?.value).toEqual(nonsense)
      expect(rejected?.value?.key?.toString()).toBe('D-1')
      expect(rejected?.value?.detail).not.toBe('')
      await stage.command(device.id, { seq: 1 })
      await untilAcked(stage, device, 'applied 1')
    },
  },
  {
    name: 'an override at the device is recorded, opts it out of the event, and is never fought',
    async check(stage) {
      const device = await stage.connected('D-1')
      const { commandId } = await stage.command(device.id, { seq: 1 })
      await untilAcked(stage, device, 'applied 1')
      await device.override('too slow')
      await device.override('too slow')
      const changes = stage.log.read(enrollmentChanges).map(({ value }) => value)
      expect(changes[0]).toMatchObject({ kind: 'optedOut', deviceId: 'D-1', eventId: 'event-1', programId: 'program', actor: 'device' })
      expect(new Set(changes.map((change) => change?.changeId)).size).toBe(1)
      const overridden = stage.log.read(deviceAcks).filter(({ value }) => value?.status === 'overridden')
      expect(overridden[0]?.value).toMatchObject({
        commandId,
        detail: expect.stringContaining(stage.protocol.says?.override ?? 'too slow'),
      })
      await device.drop()
      await device.connect()
      await expectAcks(stage, device, ['sent 1', 'accepted 1', 'applied 1', 'overridden 1', 'overridden 1'])
      expect(device.commands).toEqual(['set'])
    },
  },
  {
    name: 'an override without a command in force changes nothing',
    async check(stage) {
      const device = await stage.connected('D-1')
      await device.override('for no reason')
      expect(stage.log.read(enrollmentChanges)).toEqual([])
      expect(stage.acks(device.id)).toEqual([])
    },
  },
]
