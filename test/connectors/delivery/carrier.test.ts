/** What is done next after each answer, where the contract's devices cannot bring it about. */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { aCommand, aRelease, NOW_MS } from './build.ts'
import { answered, createRig, type Rig } from './rig.ts'

/** Whatever follows from what happened has happened; the clock stands still. */
async function rest(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await turn()
}

const untilAcked = (rig: Rig, ack: string) => eventually(ack, () => rig.acks().includes(ack), 5_000)

test('a look that shows nothing leaves a command accepted', async () => {
  const rig = await createRig()
  await rig.command(aCommand(1))
  await rig.answer(answered('accepted'))
  await rig.show({ holds: 'unknown', detail: 'nothing' })
  await rest()
  expect(rig.acks()).toEqual(['sent 1', 'accepted 1'])
  expect(rig.calls).toEqual(['send 1', 'verify 1'])
})

test('a refused release is not tried again at once, but on a new connection', async () => {
  const rig = await createRig()
  await rig.command(aRelease(7))
  await rig.answer(answered('rejected'))
  await rest()
  expect(rig.calls).toEqual(['send 7'])
  rig.delivery.onReachable('D')
  await rig.answer(answered('accepted'))
  await untilAcked(rig, 'released 7')
})

test('a command that broke off with its connection goes to the new one at once, though that came before the break was told', async () => {
  const rig = await createRig()
  await rig.command(aCommand(1))
  await eventually('the call', () => rig.calls.length === 1)
  rig.epochs.set('D', 1)
  rig.delivery.onReachable('D')
  await rig.answer(answered('disconnected'))
  await rig.answer(answered('accepted'))
  expect(rig.calls.slice(0, 2)).toEqual(['send 1', 'send 1'])
})

test('a command that broke off on a connection that is still open is not tried again at once', async () => {
  const rig = await createRig()
  await rig.command(aCommand(1))
  await rig.answer(answered('disconnected'))
  await rest()
  expect(rig.calls).toEqual(['send 1'])
})

test('what cannot be put on the log is not sent, and told', async () => {
  const rig = await createRig()
  rig.log.failWith(undefined)
  rig.epochs.delete('D')
  await rig.command(aCommand(1))
  rig.log.failWith('the log is full')
  rig.epochs.set('D', 0)
  rig.delivery.onReachable('D')
  await rest()
  expect(rig.calls).toEqual([])
  expect(rig.errors.map(String)).toEqual(['Error: the log is full'])
})

test('a late answer to the newest command ends its tries', async () => {
  const rig = await createRig()
  await rig.command(aCommand(1))
  await rig.answer(answered('timedOut'))
  await untilAcked(rig, 'timedOut 1')
  rig.delivery.onLateAnswer('D', 'command-1', answered('accepted'))
  await rig.show({ holds: 'yes', detail: '' })
  await untilAcked(rig, 'applied 1')
  expect(rig.calls).toEqual(['send 1', 'verify 1'])
})

test('a late answer to nothing that was asked changes nothing', async () => {
  const rig = await createRig()
  rig.delivery.onLateAnswer('D', 'command-1', answered('accepted'))
  expect(rig.acks()).toEqual([])
})

test('nothing is sent after the stop', async () => {
  const rig = await createRig()
  await rig.command(aCommand(1))
  await rig.answer(answered('disconnected'))
  await rig.delivery.stop()
  rig.delivery.onReachable('D')
  await rest()
  expect(rig.calls).toEqual(['send 1'])
})

test('a look that comes too soon says when to look again, and does not count', async () => {
  const rig = await createRig()
  await rig.command(aCommand(1))
  await rig.answer(answered('accepted'))
  for (let looks = 0; looks < 5; looks += 1) {
    await rig.show({ holds: 'unknown', detail: '', againMs: NOW_MS + 60_000 })
    await rest()
    expect(rig.calls.filter((call) => call === 'verify 1')).toHaveLength(looks + 1)
    rig.delivery.onSaid('D')
  }
  await rig.show({ holds: 'yes', detail: 'it started' })
  await untilAcked(rig, 'applied 1')
})

test('a device that speaks is looked at, also when the looks were used up', async () => {
  const rig = await createRig()
  await rig.command(aCommand(1))
  await rig.answer(answered('accepted'))
  for (let looks = 0; looks < 3; looks += 1) {
    await rig.show({ holds: 'no', detail: 'nothing started' })
    await rest()
    rig.delivery.onReachable('D')
  }
  await rest()
  expect(rig.calls).toHaveLength(4)
  rig.delivery.onSaid('D')
  await rig.show({ holds: 'yes', detail: '' })
  await untilAcked(rig, 'applied 1')
})

test('a device that refuses what it took has refused it, once', async () => {
  const rig = await createRig()
  await rig.command(aCommand(1))
  await rig.answer(answered('accepted'))
  await rig.show({ holds: 'unknown', detail: '' })
  await rest()
  rig.delivery.onLateAnswer('D', 'command-1', answered('accepted'))
  rig.delivery.onLateAnswer('D', 'command-1', answered('rejected'))
  rig.delivery.onLateAnswer('D', 'command-1', answered('rejected'))
  await rest()
  expect(rig.acks()).toEqual(['sent 1', 'accepted 1', 'rejected 1'])
})
