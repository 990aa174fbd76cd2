/** Decides what is done next about one device behind a cloud: nothing, wait, look, set a part, end one, or only write something down. */
import type { DeviceAck } from '../../../schemas/dispatch.ts'
import { type DeviceFile, isRelease } from '../../delivery/device-file.ts'
import type { Control, Sight } from './control.ts'
import { endOf, hasModes, type Part, startOf } from './part.ts'

export type CloudStep =
  | { readonly do: 'nothing' }
  | { readonly do: 'wait'; readonly untilMs: number }
  /** The release is settled without a call. */
  | { readonly do: 'settle'; readonly detail: string }
  /** What the newest command wants is with the vendor already, by an older one. */
  | { readonly do: 'keep'; readonly held: DeviceAck }
  /** Another part has taken its place on a vendor with one slot. */
  | { readonly do: 'cede'; readonly held: DeviceAck }
  /** Find out what the vendor or the device holds. */
  | { readonly do: 'look'; readonly isWatch: boolean; readonly deadlineMs: number }
  /** `replaces`: the part whose place it takes on a vendor with one slot. */
  | { readonly do: 'place'; readonly part: Part; readonly replaces: DeviceAck | undefined; readonly deadlineMs: number }
  /** `held` undefined: let go of whatever is there. */
  | { readonly do: 'end'; readonly held: DeviceAck | undefined; readonly deadlineMs: number }

export interface Situation {
  readonly file: DeviceFile
  /** Parts of the newest command; none for a release. */
  readonly parts: readonly Part[]
  readonly control: Pick<Control, 'abilities' | 'aheadMs' | 'looksBeforeMs' | 'watchMs' | 'oneSlot'>
  readonly sight: Sight | undefined
  readonly nowMs: number
}

const NOTHING: CloudStep = { do: 'nothing' }
/** A call that nobody answered may still be under way, or be there and not shown yet: its absence is believed so long after. */
const SHOWN_AFTER_MS = 30_000
/** The first look at a part comes so long after its start, or after it was set. */
const FIRST_LOOK_MS = 60_000

/** Whether the vendor got it is not known. */
const isUnsure = ({ status }: DeviceAck): boolean => status === 'attempting' || status === 'timedOut'
/** It is at the vendor. */
const isHeld = ({ status }: DeviceAck): boolean => status === 'accepted' || status === 'applied'
/** It is being ended. */
const isEnding = ({ status }: DeviceAck): boolean => status === 'sent'

/**
 * In this order: what must not be there any more is found and ended; what should be there is set, the earliest first; what was set is looked at.
 * A part that was refused, or that a person overrode, is not set again, and not ended.
 */
export function nextCloudStep(situation: Situation): CloudStep {
  const { file, nowMs } = situation
  if (!file.command) return NOTHING
  const ceded = cededPart(situation)
  if (ceded) return { do: 'cede', held: ceded }
  const step = isRelease(file.command) ? nextOfRelease(situation) : nextOfApply(situation)
  const isCall = step.do === 'look' || step.do === 'place' || step.do === 'end'
  return isCall && file.notBeforeMs > nowMs ? { do: 'wait', untilMs: file.notBeforeMs } : step
}

/** Parts that may still be in force; what ends by itself is forgotten then. */
export function livingParts({ file, control, nowMs }: Situation): readonly DeviceAck[] {
  const living = file.parts.filter((held) => isUnsure(held) || isHeld(held) || isEnding(held))
  return control.abilities.expire ? living.filter(({ part }) => endOf(part) > nowMs) : living
}

/** In one slot the newest part stands alone; what it had found is in its own handle. */
function cededPart(situation: Situation): DeviceAck | undefined {
  const living = situation.control.oneSlot ? livingParts(situation) : []
  const newest = living.at(-1)
  return newest && !isUnsure(newest) ? living.at(-2) : undefined
}

function nextOfRelease(situation: Situation): CloudStep {
  const { file, control } = situation
  const { command, answer } = file
  if (!command || answer.seq >= command.seq) return NOTHING
  const ending = endOne(situation, livingParts(situation))
  if (ending) return ending
  if (file.whole)
    return { do: 'settle', detail: file.sentSeq === 0 ? 'nothing of ours is at the vendor' : 'nothing of ours is left at the vendor' }
  // The log does not say all that the device ever got.
  if (control.abilities.list) return { do: 'look', isWatch: false, deadlineMs: 0 }
  return { do: 'end', held: undefined, deadlineMs: 0 }
}

/** The first of these parts that can be ended; one that may not be there is looked for. */
function endOne({ control, sight, nowMs }: Situation, parts: readonly DeviceAck[]): CloudStep | undefined {
  const [held] = parts
  if (!held) return undefined
  if (isUnsure(held)) return lookFor(held, { nowMs, deadlineMs: 0 })
  if (needsLook(control, sight, nowMs)) return { do: 'look', isWatch: false, deadlineMs: 0 }
  return { do: 'end', held, deadlineMs: 0 }
}

function lookFor({ atMs }: DeviceAck, { nowMs, deadlineMs }: { readonly nowMs: number; readonly deadlineMs: number }): CloudStep {
  return nowMs < atMs + SHOWN_AFTER_MS ? { do: 'wait', untilMs: atMs + SHOWN_AFTER_MS } : { do: 'look', isWatch: false, deadlineMs }
}

function needsLook({ oneSlot, looksBeforeMs }: Situation['control'], sight: Sight | undefined, nowMs: number): boolean {
  return oneSlot !== undefined && (sight === undefined || nowMs - sight.atMs > (looksBeforeMs ?? 0))
}

function nextOfApply(situation: Situation): CloudStep {
  const { file, control, nowMs } = situation
  const { command, answer } = file
  if (!command || answer.seq > command.seq) return NOTHING
  const isOverridden = answer.seq === command.seq && answer.status === 'overridden'
  const wanted = situation.parts.filter(({ endMs }) => endMs > nowMs)
  const living = livingParts(situation)
  const unwanted = living.filter((held) => isEnding(held) || !wanted.some(({ key }) => key === held.part))
  const next = isOverridden ? undefined : nextToPlace(situation, wanted)
  const mayPlace = next !== undefined && next.startMs - control.aheadMs <= nowMs
  // One slot: what comes next takes the place of what was, without a moment in between.
  const isReplaced = control.oneSlot !== undefined && mayPlace && !unwanted.some(isUnsure)
  if (!isOverridden && !isReplaced) {
    const ending = endOne(situation, unwanted)
    if (ending) return ending
  }
  if (mayPlace) return place(situation, next, isReplaced ? unwanted[0] : undefined)
  const old = living.find((held) => isHeld(held) && held.seq < command.seq && !unwanted.includes(held))
  if (old) return { do: 'keep', held: old }
  return isOverridden ? NOTHING : watch(situation, wanted, next)
}

/** The earliest wanted part that is not at the vendor for certain; none once the command has expired. */
function nextToPlace({ file, nowMs }: Situation, wanted: readonly Part[]): Part | undefined {
  const { command, parts } = file
  if (!command || (command.expiresMs !== null && nowMs >= command.expiresMs)) return undefined
  return wanted.find(({ key }) => {
    const known = parts.find(({ part }) => part === key)
    return !known || isUnsure(known) || isEnding(known)
  })
}

function place({ file, control, sight, nowMs }: Situation, part: Part, replaces: DeviceAck | undefined): CloudStep {
  const known = file.parts.find((held) => held.part === part.key)
  // In time counts until the start; what is late lets pass what can still be in time.
  const deadlineMs = nowMs <= part.startMs ? part.startMs : part.endMs
  const isBlind = sight === undefined || nowMs - sight.atMs > (control.looksBeforeMs ?? Number.POSITIVE_INFINITY)
  const looksFirst = control.oneSlot !== undefined || hasModes(part)
  if (known && isUnsure(known)) return lookFor(known, { nowMs, deadlineMs })
  if (looksFirst && isBlind) return { do: 'look', isWatch: false, deadlineMs }
  return { do: 'place', part, replaces, deadlineMs }
}

/** Waits for what is due next: a start, an end, or the next look at what is in force. */
function watch({ file, control, sight, nowMs }: Situation, wanted: readonly Part[], next: Part | undefined): CloudStep {
  const { abilities, aheadMs, watchMs, oneSlot } = control
  const held = file.parts.filter((one) => isHeld(one) && wanted.some(({ key }) => key === one.part))
  const looks = abilities.list || oneSlot !== undefined
  const lookMs = held.map((one) => {
    const firstMs = Math.max(startOf(one.part), one.atMs) + FIRST_LOOK_MS
    return sight && sight.atMs >= firstMs ? sight.atMs + watchMs : firstMs
  })
  const dueMs = Math.min(...lookMs)
  if (looks && dueMs <= nowMs) return { do: 'look', isWatch: true, deadlineMs: Math.min(...held.map(({ part }) => endOf(part))) }
  const endsMs = abilities.expire ? [] : held.map(({ part }) => endOf(part))
  const untilMs = Math.min(looks ? dueMs : Number.POSITIVE_INFINITY, ...endsMs, next ? next.startMs - aheadMs : Number.POSITIVE_INFINITY)
  return Number.isFinite(untilMs) ? { do: 'wait', untilMs } : NOTHING
}
