/** Answers for the fingerprint of everything that one evaluation looked at. */
import { sha256 } from './canonical.ts'
import { MISSING } from './input.ts'
import type { LoadView, SlotCut } from './load.ts'
import { LEFT_OUT_REASONS } from './outcome.ts'
import type { BaselinePlan, SlotFamilies } from './plan.ts'
import type { ScreenedDay } from './screen.ts'
import type { DaySamples } from './slots.ts'

/**
 * Bytes hashed, little-endian: methodHash and contextHash (64 ASCII hex each), then per day looked at
 * day number (int32), reason (uint8, 255 = usable), temperature (float64, 1 − 2^53 = none), then per
 * sample read from it quality (uint8) and Wh (float64, 0 when missing); last the event day, with one byte per
 * adjustment and match slot, 1 where another event cut it away.
 */
export type HashInput = {
  readonly plan: BaselinePlan
  readonly load: LoadView
  readonly examined: readonly ScreenedDay[]
  readonly temperatures: ReadonlyMap<string, number> | null
  readonly cut: { readonly adjust: SlotCut; readonly match: SlotCut }
}

const USABLE = 255
const NO_TEMPERATURE = Number.MIN_SAFE_INTEGER
const FIRST_READ_REASON = LEFT_OUT_REASONS.indexOf('missing-event-interval')
const DAY_BYTES = 13
const SAMPLE_BYTES = 9
const HEAD_BYTES = 128

// One buffer serves all evaluations of a thread: it is written from the start and read at once.
let scratch = new DataView(new ArrayBuffer(64 * 1024))

export function hashInput(input: HashInput): string {
  const { plan, load, examined, temperatures, cut } = input
  reserve(HEAD_BYTES + 2 * sizeOf(plan.eventDaySamples) + examined.reduce((sum, day) => sum + sizeOf(day.candidate.samples), 0))
  let at = writeText(0, plan.methodHash + plan.contextHash)
  for (const { candidate, reason } of examined) {
    at = writeDay(at, candidate.dayNumber, reason === null ? USABLE : LEFT_OUT_REASONS.indexOf(reason))
    at = writeTemperature(at, temperatures?.get(candidate.day))
    if (readsLoad(reason)) at = writeFamilies(at, load, candidate.samples)
  }
  at = writeDay(at, plan.eventDayNumber, USABLE)
  at = writeTemperature(at, temperatures?.get(plan.eventDay))
  at = writeSamples(at, load, plan.eventDaySamples.adjust)
  at = writeSamples(at, load, plan.eventDaySamples.match)
  at = writeCut(at, cut.adjust, plan.slots.adjust.length)
  at = writeCut(at, cut.match, plan.slots.match.length)
  return sha256(new Uint8Array(scratch.buffer, 0, at))
}

/** SHA-256 for evaluators that read no days: context and method, then the given exact facts. */
export function hashFacts(plan: BaselinePlan, facts: readonly string[]): string {
  return sha256([plan.methodHash, plan.contextHash, ...facts].join('\n'))
}

/** Days that the calendar or an event rules out are never looked into. */
function readsLoad(reason: ScreenedDay['reason']): boolean {
  return reason === null || LEFT_OUT_REASONS.indexOf(reason) >= FIRST_READ_REASON
}

function sizeOf(samples: SlotFamilies<DaySamples>): number {
  const count = samples.event.steps.length + samples.adjust.steps.length + samples.match.steps.length
  return DAY_BYTES + SAMPLE_BYTES * count
}

function reserve(bytes: number): void {
  if (scratch.byteLength < bytes) scratch = new DataView(new ArrayBuffer(bytes * 2))
}

function writeText(at: number, ascii: string): number {
  for (let i = 0; i < ascii.length; i += 1) scratch.setUint8(at + i, ascii.charCodeAt(i))
  return at + ascii.length
}

function writeDay(at: number, dayNumber: number, reason: number): number {
  scratch.setInt32(at, dayNumber, true)
  scratch.setUint8(at + 4, reason)
  return at + 5
}

function writeTemperature(at: number, temperature: number | undefined): number {
  scratch.setFloat64(at, temperature ?? NO_TEMPERATURE, true)
  return at + 8
}

function writeFamilies(at: number, load: LoadView, samples: SlotFamilies<DaySamples>): number {
  const afterEvent = writeSamples(at, load, samples.event)
  return writeSamples(writeSamples(afterEvent, load, samples.adjust), load, samples.match)
}

function writeSamples(at: number, load: LoadView, samples: DaySamples): number {
  let next = at
  for (const step of samples.steps) {
    const index = load.base + step
    const quality = load.quality[index] ?? MISSING
    scratch.setUint8(next, quality)
    scratch.setFloat64(next + 1, quality === MISSING ? 0 : (load.wh[index] ?? 0) + 0, true)
    next += SAMPLE_BYTES
  }
  return next
}

function writeCut(at: number, cut: SlotCut, slots: number): number {
  for (let i = 0; i < slots; i += 1) scratch.setUint8(at + i, cut?.[i] ?? 0)
  return at + slots
}
