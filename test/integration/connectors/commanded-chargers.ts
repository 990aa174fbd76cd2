/** A fleet of chargers that is commanded over the log. */
import { expect } from 'vitest'
import { DEFAULT_PROFILE_ID } from '../../../connectors/ocpp/limits/traits-of.ts'
import type { LogReader, LogWriter } from '../../../processors/runtime/log.ts'
import type { Fleet } from '../../fleet/fleet.ts'
import { limitW as profileLimitW } from '../../fleet/ocpp/charging-profile.ts'
import { type CommandedFleet, commandFleet } from './commanded-fleet.ts'
import { createCommands } from './station-commands.ts'

/** Resolves when it hears acks from now on. */
export function commandChargers(fleet: Fleet, log: { readonly writer: LogWriter; readonly reader: LogReader }): Promise<CommandedFleet> {
  const commandOf = createCommands()
  const startMs = Math.floor(Date.now() / 1000) * 1000
  const endMs = startMs + 3_600_000
  return commandFleet(
    {
      protocol: 'ocpp',
      ids: fleet.ids,
      commandOf: (id, wanted) => commandOf(fleet.traitsOf(id), { ...wanted, startMs, endMs }),
      endOf: () => 'applied',
      expectHeld: (id, { limitW }) => expectHeld(fleet, id, limitW),
    },
    log,
  )
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
