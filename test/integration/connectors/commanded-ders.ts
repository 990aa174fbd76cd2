/** A fleet of batteries, inverters and loads that is commanded over the log, by the clock that they share with the node. */
import { expect } from 'vitest'
import { mRIDOf } from '../../../connectors/sep2/controls/shown.ts'
import type { Clock } from '../../../processors/runtime/clock.ts'
import type { LogReader, LogWriter } from '../../../processors/runtime/log.ts'
import type { DeviceAck } from '../../../schemas/dispatch.ts'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import { hashId } from '../../../topics/ids.ts'
import { commandOf } from '../../connectors/sep2/rig.ts'
import type { Fleet } from '../../fleet/sep2/fleet.ts'
import { isWithin } from '../../fleet/sep2/meter.ts'
import type { Answering } from '../../fleet/sep2/traits.ts'
import { type CommandedFleet, commandFleet, type Wanted } from './commanded-fleet.ts'

const ENDS: Readonly<Partial<Record<Answering, DeviceAck['status']>>> = { rejects: 'rejected', notSupported: 'notSupported' }
const HOUR_MS = 3_600_000

/** The name of the one control of a command to this device. */
export const controlOf = (id: string, seq: number): string => mRIDOf(hashId(id, seq), 0)

/** Resolves when it hears acks from now on. */
export function commandDers(
  fleet: Fleet,
  log: { readonly writer: LogWriter; readonly reader: LogReader },
  { clock, stateOf, programId }: { readonly clock: Clock; readonly stateOf: (id: string) => DeviceState; readonly programId: string },
): Promise<CommandedFleet> {
  return commandFleet(
    {
      protocol: 'sep2',
      ids: fleet.ids,
      commandOf(id, { seq, limitW }) {
        const nowMs = clock.nowMs()
        return commandOf(stateOf(id), seq, limitW === null ? [] : [{ limitW, programId, startMs: nowMs, endMs: nowMs + HOUR_MS }], nowMs)
      },
      endOf: (id) => ENDS[fleet.traitsOf(id).answering] ?? 'applied',
      expectHeld: (id, wanted) => expectHeld(fleet, id, wanted, clock.nowMs()),
    },
    log,
  )
}

function expectHeld(fleet: Fleet, id: string, { seq, limitW }: Wanted, nowMs: number): void {
  const traits = fleet.traitsOf(id)
  const isHolding = limitW !== null && !(traits.answering in ENDS)
  const held = fleet.heldBy(id).filter(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs)
  expect([id, held.map(({ mRID }) => mRID)]).toEqual([id, isHolding ? [controlOf(id, seq)] : []])
  if (isHolding) expect([id, isWithin(traits, fleet.powerW(id, nowMs), limitW)]).toEqual([id, true])
}
