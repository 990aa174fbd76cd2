/** One clause of the contract, and what clauses wait for. */
import { expect } from 'vitest'
import { deviceConnections } from '../../topics/catalogue.ts'
import { eventually } from '../support/eventually.ts'
import type { ScriptedDevice } from './protocol.ts'
import type { Stage } from './stage.ts'

export interface Clause {
  readonly name: string
  /** It waits until calls are given up; in all others, none should be. */
  readonly isUnanswered?: true
  check(stage: Stage): Promise<void>
}

/** Waits until the acks of a device are these, and no more; then whatever was on the way to it has come. */
export async function expectAcks(stage: Stage, device: ScriptedDevice, acks: readonly string[]): Promise<void> {
  await eventually(`acks of ${device.id} to be ${acks.join(', ')}`, () => stage.acks(device.id).length >= acks.length, 10_000).catch(
    () => undefined,
  )
  await settle(device)
  expect(stage.acks(device.id)).toEqual(acks)
}

/** What was sent to a device before is with it: a message and its answer have passed behind it. */
export async function settle(device: ScriptedDevice): Promise<void> {
  await device.report()
}

export const untilAcked = (stage: Stage, device: ScriptedDevice, ack: string): Promise<unknown> =>
  eventually(`${ack} of ${device.id}, not only ${stage.acks(device.id).join(', ')}`, () => stage.acks(device.id).includes(ack), 20_000)

/** Drops a device's connection and waits until the node has noticed. */
export async function leave(stage: Stage, device: ScriptedDevice): Promise<void> {
  await device.drop()
  if (stage.protocol.isCloud) return
  await eventually(`the close of ${device.id}`, () => stage.log.read(deviceConnections).at(-1)?.value?.opened === false)
}
