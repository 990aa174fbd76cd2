/** The controls of all devices, folded from the log: what any node sent stands in the tree of every node. */
import type { Followed } from '../../../processors/runtime/log.ts'
import type { Command, DeviceAck } from '../../../schemas/dispatch.ts'
import { decodePayload } from '../payload.ts'
import { type DeviceControls, noControls, publish, type ShownControl } from './shown.ts'

export interface ControlBook {
  of(deviceId: string): DeviceControls
  find(deviceId: string, mRID: string): ShownControl | undefined
  /** Puts a command that may reach its device into the tree; false where its payload is none of this connector. */
  publish(command: Command, atMs: number): boolean
  /** To be read before the commands that they are about, as far as they are of the past. */
  onAcks(records: readonly Followed<DeviceAck>[]): void
  onCommands(records: readonly Followed<Command>[]): void
}

/** Commands of a device that nobody has sent yet: the newest, and those whose ack may still be on its way. */
const MOST_UNSENT = 4
/** Acks whose command is still on its way; those of commands that the log has forgotten are among them. */
const MOST_EARLY = 100_000

export function createControlBook(): ControlBook {
  const devices = new Map<string, DeviceControls>()
  const unsent = new Map<string, readonly Command[]>()
  /** When a command was sent that has not come yet: topics arrive in any order. */
  const early = new Map<string, number>()
  const seqOf = (deviceId: string): number => devices.get(deviceId)?.seq ?? 0

  function put(command: Command, atMs: number, isForeign: boolean): boolean {
    const { deviceId, seq } = command
    const planned = decodePayload(command.payload)
    if (!planned) return false
    devices.set(deviceId, publish(devices.get(deviceId) ?? noControls, command, planned, { atMs, isForeign }))
    const left = unsent.get(deviceId)?.filter((other) => other.seq > seq) ?? []
    if (left.length > 0) unsent.set(deviceId, left)
    else unsent.delete(deviceId)
    return true
  }

  function onCommand(command: Command): void {
    const { deviceId, commandId, seq } = command
    if (seq <= seqOf(deviceId)) return
    const sentMs = early.get(commandId)
    early.delete(commandId)
    if (sentMs !== undefined) put(command, sentMs, true)
    else unsent.set(deviceId, [...(unsent.get(deviceId) ?? []), command].slice(-MOST_UNSENT))
  }

  function onSent({ deviceId, commandId, seq, atMs }: DeviceAck): void {
    if (seq <= seqOf(deviceId)) return
    const command = unsent.get(deviceId)?.find((other) => other.commandId === commandId)
    if (command) put(command, atMs, true)
    else if (!early.has(commandId)) early.set(commandId, atMs)
    for (const oldest of early.keys()) if (early.size > MOST_EARLY) early.delete(oldest)
  }

  return {
    of: (deviceId) => devices.get(deviceId) ?? noControls,
    find: (deviceId, mRID) => devices.get(deviceId)?.controls.find((control) => control.mRID === mRID),
    publish: (command, atMs) => put(command, atMs, false),
    onAcks(records) {
      for (const { value: ack } of records) if (ack?.status === 'sent' && ack.node.startsWith('sep2@')) onSent(ack)
    },
    onCommands(records) {
      for (const { value: command } of records) if (command) onCommand(command)
    },
  }
}
