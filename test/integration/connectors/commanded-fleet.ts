/** A fleet that is commanded over the log: what each device was told last, what its acks say, and what it has in effect. */
import { expect } from 'vitest'
import type { LogReader, LogWriter } from '../../../processors/runtime/log.ts'
import type { Command, DeviceAck } from '../../../schemas/dispatch.ts'
import {
  deviceAcks,
  deviceConnections,
  devicePresence,
  dispatchCommands,
  enrollmentChanges,
  rejectedRecords,
  telemetryGaps,
  telemetryRaw,
} from '../../../topics/catalogue.ts'
import type { AnyTopic } from '../../../topics/define.ts'

type CommandedProtocol = keyof typeof dispatchCommands

/** What a node of a connector reads and writes. */
export const nodeTopics = (protocol: CommandedProtocol): readonly AnyTopic[] => [
  dispatchCommands[protocol],
  deviceAcks,
  deviceConnections,
  devicePresence,
  telemetryRaw[protocol],
  telemetryGaps,
  rejectedRecords,
  enrollmentChanges,
]

/** What a device was told last; `limitW` null = a release. */
export interface Wanted {
  readonly seq: number
  readonly limitW: number | null
}

/** What is different for each protocol. */
export interface FleetParts {
  readonly protocol: CommandedProtocol
  ids(): readonly string[]
  commandOf(id: string, wanted: Wanted): Command
  /** The ack that settles an apply. */
  endOf(id: string): DeviceAck['status']
  /** Throws where the device has anything in effect but this; seq 0 = it was told nothing. */
  expectHeld(id: string, wanted: Wanted): void
}

export interface CommandedFleet {
  /** By the index of each device: a limit in W for an hour, null = a release, undefined = no command. */
  command(seq: number, limitOf: (index: number) => number | null | undefined): Promise<void>
  acksOf(id: string): readonly DeviceAck[]
  has(id: string, seq: number, ...statuses: readonly DeviceAck['status'][]): boolean
  /** Whether more of these devices were sent this command than have answered it. */
  isInFlight(seq: number, ids?: readonly string[]): boolean
  /** Those whose newest command is not at its end. */
  unsettled(): readonly string[]
  /** Whether all have confirmed what they were told last. */
  areSettled(): boolean
  /** Exactly the newest command is on the device and at the end of its acks, or nothing of ours is. */
  expectOneInEffect(id: string): void
  stop(): Promise<void>
}

/** Resolves when it hears acks from now on. */
export async function commandFleet(
  parts: FleetParts,
  log: { readonly writer: LogWriter; readonly reader: LogReader },
): Promise<CommandedFleet> {
  const acks = new Map<string, DeviceAck[]>(parts.ids().map((id) => [id, []]))
  const wanted = new Map<string, Wanted>()
  const following = await log.reader.follow<DeviceAck>([deviceAcks], 'end', (records) => {
    for (const { value } of records) if (value) acks.get(value.deviceId)?.push(value)
  })
  await following.caughtUp
  const acksOf = (id: string): readonly DeviceAck[] => acks.get(id) ?? []
  const has: CommandedFleet['has'] = (id, seq, ...statuses) => acksOf(id).some((ack) => ack.seq === seq && statuses.includes(ack.status))
  const wantedOf = (id: string): Wanted => wanted.get(id) ?? { seq: 0, limitW: null }
  const endOf = (id: string): DeviceAck['status'] => (wantedOf(id).limitW === null ? 'released' : parts.endOf(id))
  const unsettled = () => parts.ids().filter((id) => !has(id, wantedOf(id).seq, endOf(id)))
  return {
    async command(seq, limitOf) {
      const appended = parts.ids().map((id, index) => {
        const limitW = limitOf(index)
        if (limitW === undefined) return undefined
        wanted.set(id, { seq, limitW })
        return log.writer.append(dispatchCommands[parts.protocol], parts.commandOf(id, { seq, limitW }))
      })
      await Promise.all(appended)
    },
    acksOf,
    has,
    isInFlight(seq, ids = parts.ids()) {
      const answered = ids.filter((id) => has(id, seq, 'accepted', 'released', 'rejected', 'notSupported')).length
      return ids.filter((id) => has(id, seq, 'sent')).length > answered
    },
    unsettled,
    areSettled: () => unsettled().length === 0,
    expectOneInEffect(id) {
      const { seq } = wantedOf(id)
      expect(acksOf(id).at(-1), id).toMatchObject({ seq, status: endOf(id) })
      parts.expectHeld(id, wantedOf(id))
    },
    stop: following.stop,
  }
}
