/** A fleet of chargers that is commanded over the log: what each was told last, what its acks say, and what it has in effect. */
import { expect } from 'vitest'
import { DEFAULT_PROFILE_ID } from '../../../connectors/ocpp/limits/traits-of.ts'
import type { LogReader, LogWriter } from '../../../processors/runtime/log.ts'
import type { DeviceAck } from '../../../schemas/dispatch.ts'
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
import type { Fleet } from '../../fleet/fleet.ts'
import { limitW as profileLimitW } from '../../fleet/ocpp/charging-profile.ts'
import { createCommands } from './station-commands.ts'

/** What a node of the OCPP connector reads and writes. */
export const nodeTopics: readonly AnyTopic[] = [
  dispatchCommands.ocpp,
  deviceAcks,
  deviceConnections,
  devicePresence,
  telemetryRaw.ocpp,
  telemetryGaps,
  rejectedRecords,
  enrollmentChanges,
]

export interface CommandedFleet {
  /** By the index of each device: a limit in W for an hour, null = a release, undefined = no command. */
  command(seq: number, limitOf: (index: number) => number | null | undefined): Promise<void>
  acksOf(id: string): readonly DeviceAck[]
  has(id: string, seq: number, ...statuses: readonly DeviceAck['status'][]): boolean
  /** Whether all have confirmed what they were told last. */
  areSettled(): boolean
  /** Exactly the newest command is on the device and at the end of its acks, or nothing of ours is. */
  expectOneInEffect(id: string): void
  stop(): Promise<void>
}

interface Wanted {
  readonly seq: number
  readonly limitW: number | null
}

/** Resolves when it hears acks from now on. */
export async function commandFleet(fleet: Fleet, log: { readonly writer: LogWriter; readonly reader: LogReader }): Promise<CommandedFleet> {
  const commandOf = createCommands()
  const startMs = Math.floor(Date.now() / 1000) * 1000
  const endMs = startMs + 3_600_000
  const acks = new Map<string, DeviceAck[]>(fleet.ids().map((id) => [id, []]))
  const wanted = new Map<string, Wanted>()
  const following = await log.reader.follow<DeviceAck>([deviceAcks], 'end', (records) => {
    for (const { value } of records) if (value) acks.get(value.deviceId)?.push(value)
  })
  await following.caughtUp
  const acksOf = (id: string): readonly DeviceAck[] => acks.get(id) ?? []
  const has: CommandedFleet['has'] = (id, seq, ...statuses) => acksOf(id).some((ack) => ack.seq === seq && statuses.includes(ack.status))
  const wantedOf = (id: string): Wanted => wanted.get(id) ?? { seq: 0, limitW: null }
  const statusOf = ({ limitW }: Wanted): DeviceAck['status'] => (limitW === null ? 'released' : 'applied')
  return {
    async command(seq, limitOf) {
      const appended = fleet.ids().map((id, index) => {
        const limitW = limitOf(index)
        if (limitW === undefined) return undefined
        wanted.set(id, { seq, limitW })
        return log.writer.append(dispatchCommands.ocpp, commandOf(fleet.traitsOf(id), { seq, limitW, startMs, endMs }))
      })
      await Promise.all(appended)
    },
    acksOf,
    has,
    areSettled: () => fleet.ids().every((id) => has(id, wantedOf(id).seq, statusOf(wantedOf(id)))),
    expectOneInEffect(id) {
      const { seq, limitW } = wantedOf(id)
      expect(acksOf(id).at(-1), id).toMatchObject({ seq, status: statusOf(wantedOf(id)) })
      expectHeld(fleet, id, limitW)
    },
    stop: following.stop,
  }
}

function expectHeld(fleet: Fleet, id: string, limitW: number | null): void {
  const ours = fleet.profileOf(id).filter(({ profile }) => profile.chargingProfileId === DEFAULT_PROFILE_ID)
  expect(ours.length, id).toBe(limitW === null ? 0 : 1)
  if (limitW === null) return
  const { ratedW, standingLimitW = ratedW, voltageV, phases } = fleet.traitsOf(id)
  const askedW = Math.min(limitW, standingLimitW)
  const heldW = profileLimitW(ours, Date.now(), voltageV)
  // A limit in A is rounded down to a tenth on each phase.
  expect(heldW, id).toBeLessThanOrEqual(askedW)
  expect(heldW, id).toBeGreaterThan(askedW - 0.1 * voltageV * phases)
}
