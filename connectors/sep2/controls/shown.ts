/** DERControls as the tree shows them: which stand in it after each command, and what their EventStatus says at an instant. Pure. */
import type { Command } from '../../../schemas/dispatch.ts'
import { hashId } from '../../../topics/ids.ts'
import type { Control } from '../limit.ts'
import type { PlannedControl } from '../payload.ts'

/** EventStatus.currentStatus (sep.xsd). */
export const SCHEDULED = 0
export const ACTIVE = 1
export const CANCELLED = 2
export const SUPERSEDED = 4

/** A DERControl. Seconds since 1970, UTC. */
export interface ShownControl {
  readonly mRID: string
  readonly commandId: string
  readonly seq: number
  readonly programId: string
  readonly eventId: string
  readonly startS: number
  /** Exclusive. */
  readonly endS: number
  readonly base: Control
  readonly createdS: number
  /** It came from the log: a client may have seen it at another node, or before a restart. */
  readonly isForeign: boolean
  /** How and when we ended it before its time; null = we did not. */
  readonly ended: { readonly status: typeof CANCELLED | typeof SUPERSEDED; readonly atS: number } | null
}

export interface DeviceControls {
  /** Of the newest command that was published; 0 = none. */
  readonly seq: number
  readonly controls: readonly ShownControl[]
}

export const noControls: DeviceControls = { seq: 0, controls: [] }

/** Responses to a control may come so long after its end. */
const KEPT_S = 48 * 3_600
/** The last 32 bits are a private enterprise number; 0 is that of IANA itself, which is right where there is no other. */
const PEN = '00000000'

/** The same for the same command, whoever computes it. */
export const mRIDOf = (...parts: readonly (string | number)[]): string =>
  hashId('sep2', ...parts)
    .slice(0, 24)
    .toUpperCase() + PEN

/**
 * The tree once a command is published: what is left of the commands before it ends, for the newest timeline is the whole one.
 *
 *   before    |---- A ----|    |-- B --|
 *   newer        |--- C ---------|            at any time within C
 *   after     |-- superseded --|    |-- cancelled --|
 *
 * Superseded is a control that was active and has an active successor, since a client goes from one to the other at once; it would
 * wait for the start of one that is yet to come, so any other is cancelled. Publishing again changes nothing.
 */
export function publish(
  before: DeviceControls,
  { commandId, seq, issuedMs }: Pick<Command, 'commandId' | 'seq' | 'issuedMs'>,
  planned: readonly PlannedControl[],
  { atMs, isForeign }: { readonly atMs: number; readonly isForeign: boolean },
): DeviceControls {
  if (seq <= before.seq) return before
  const atS = Math.floor(atMs / 1000)
  const createdS = Math.floor(issuedMs / 1000)
  const fresh = planned.map((control, index) => ({
    ...control,
    mRID: mRIDOf(commandId, index),
    commandId,
    seq,
    createdS,
    isForeign,
    ended: null,
  }))
  const isCovered = fresh.some(({ startS, endS }) => startS <= atS && atS < endS)
  const end = (control: ShownControl): ShownControl => {
    if (control.ended || control.endS <= atS) return control
    return { ...control, ended: { status: control.startS <= atS && isCovered ? SUPERSEDED : CANCELLED, atS } }
  }
  const kept = before.controls.filter(({ endS }) => endS > atS - KEPT_S).map(end)
  return { seq, controls: [...kept, ...fresh] }
}

/** A server keeps each event for its original period, whatever became of it. */
export const isListed = ({ endS }: ShownControl, nowS: number): boolean => endS > nowS

export function statusAt({ ended, startS, createdS }: ShownControl, nowS: number): { status: number; sinceS: number } {
  if (ended) return { status: ended.status, sinceS: ended.atS }
  return startS <= nowS ? { status: ACTIVE, sinceS: Math.max(startS, createdS) } : { status: SCHEDULED, sinceS: createdS }
}
