/** Derives what a recorded poll of an OpenADR 3 VTN says of events: the readers that the interpreter is given for these protocols. */
import type { EventClaim, SignalReader, Understanding } from '../../processors/interpreter/claim.ts'
import type { EventInterval, UtilitySignal } from '../../schemas/utility.ts'
import { isNow, parseDateTime } from './date-time.ts'
import { decodeParts, type ReadEvent, type Shown } from './decode.ts'
import { parseDuration } from './duration.ts'
import { intervalTimes, isCancelled } from './interval-times.ts'
import { loop } from './looping.ts'
import type { Event, EventIdentity } from './model/event.ts'
import { type Reading, readPayloads } from './payloads.ts'
import type { Revision } from './revision.ts'
import { isSnapshot, unpackSnapshot } from './snapshot.ts'
import { type Ourselves, resolveTargets } from './targets.ts'
import { readAt, WireFault } from './wire-fault.ts'

/** An endless event is held to run this long from its start; dispatch renews it in shorter pieces until it is cancelled. */
const OPEN_END_MS = 365 * 86_400_000
const INT_MAX = 2 ** 31 - 1

interface Reader {
  readonly revision: Revision
  readonly receivedMs: number
  readonly us: Ourselves
  /** programName by programID. */
  readonly names: ReadonlyMap<string, string>
  readonly shown: Shown
}

/** Epoch ms of the last change, as far as the VTN says; the reference VTN is known to send dates of other forms. */
function changedMs({ modificationDateTime, createdDateTime }: Partial<Event>): number | undefined {
  for (const text of [modificationDateTime, createdDateTime]) {
    try {
      if (text !== undefined && !isNow(text)) return parseDateTime(text)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
    }
  }
  return undefined
}

/** 3.x counts no modifications; modificationDateTime in epoch seconds takes that place, so that an older copy is known as stale. */
const modificationNumber = (event: Partial<Event>): number => {
  const atMs = changedMs(event)
  return atMs === undefined ? -1 : Math.min(INT_MAX, Math.floor(atMs / 1000))
}

const blank = (identity: EventIdentity, { names }: Reader): EventClaim => ({
  theirEventId: identity.id,
  program: { marketContext: names.get(identity.programID) ?? identity.programID },
  modificationNumber: modificationNumber({ modificationDateTime: identity.modificationDateTime }),
  cancelled: false,
  intervals: [],
  openEnded: false,
  targets: [],
  test: false,
  priority: 0,
  randomizeStartS: 0,
  targetW: null,
  fault: null,
})

/** Seconds around the start, half of it before (User Guide 7.3: uniform within plus or minus the value). One shift moves the whole event. */
function randomizeS(event: Event): number {
  const read = (place: string, text: string | undefined): number =>
    text === undefined ? 0 : Math.round(readAt(`${place}.randomizeStart`, () => parseDuration(text)))
  const commonS = read('intervalPeriod', event.intervalPeriod?.randomizeStart)
  for (const [index, { intervalPeriod }] of (event.intervals ?? []).entries()) {
    const place = `intervals[${index}].intervalPeriod`
    const ownS = intervalPeriod?.randomizeStart === undefined ? undefined : read(place, intervalPeriod.randomizeStart)
    if (index === 0 && commonS === 0 && ownS !== undefined) return ownS
    if (ownS !== undefined && ownS !== commonS)
      throw new WireFault(`${place}.randomizeStart`, 'shifts one interval against the others, which no device here can do')
  }
  return commonS
}

/** What commands cannot be passed over for what informs: where the first type cannot be done, the event is refused for it. */
function choose(readings: readonly Reading[]): readonly Extract<Reading, { intervals: unknown }>[] {
  const [first] = readings
  if (first && 'unsupported' in first) throw new WireFault('intervals[0].level', first.unsupported)
  return readings.filter((reading) => 'intervals' in reading)
}

const place = (intervals: readonly EventInterval[], randomS: number): readonly EventInterval[] =>
  intervals.map((one) => ({
    ...one,
    startMs: one.startMs - randomS * 1000,
    endMs: (Number.isFinite(one.endMs) ? one.endMs : one.startMs + OPEN_END_MS) - randomS * 1000,
  }))

/** undefined: the event is over, asks for nothing (SIMPLE 0, or reports only), or means somebody else. */
function claimOf(event: Event, reader: Reader): EventClaim | undefined {
  const { revision, receivedMs, us, names, shown } = reader
  const targets = resolveTargets(event.targets, us)
  if (targets === 'not ours') return undefined
  const changed = blank(event, reader)
  const base = { ...changed, modificationNumber: modificationNumber(event), targets }
  if (isCancelled(event)) return { ...base, cancelled: true }
  const nowMs = Math.min(changedMs(event) ?? receivedMs, receivedMs)
  const times = loop(intervalTimes(event, revision, nowMs), event, { revision, receivedMs })
  const ofProgram = shown.programs.find(({ id }) => names.has(id) && id === event.programID)?.payloadDescriptors
  const [first, ...others] = choose(readPayloads(times, [...(event.payloadDescriptors ?? []), ...(ofProgram ?? [])]))
  const randomS = randomizeS(event)
  if (!first || first.intervals.length === 0 || !times.some(({ endMs }) => endMs + randomS * 1000 > receivedMs)) return undefined
  return {
    ...base,
    intervals: place(first.intervals, randomS),
    otherwise: others.map(({ intervals, targetW }) => ({ intervals: place(intervals, randomS), targetW })),
    openEnded: first.intervals.at(-1)?.endMs === Number.POSITIVE_INFINITY,
    priority: event.priority === undefined ? 0 : event.priority + 1,
    randomizeStartS: randomS * 2,
    targetW: first.targetW,
  }
}

function claimsOf(read: ReadEvent, reader: Reader): readonly EventClaim[] {
  if ('fault' in read) return [{ ...blank(read.identity, reader), fault: read.fault }]
  try {
    const claim = claimOf(read.event, reader)
    return claim ? [claim] : []
  } catch (error) {
    if (!(error instanceof WireFault)) throw error
    const { place: where, problem } = error
    return [{ ...blank(read.event, reader), modificationNumber: modificationNumber(read.event), fault: `${where}: ${problem}` }]
  }
}

function understandSnapshot(signal: UtilitySignal, revision: Revision): Understanding {
  const shown = decodeParts(unpackSnapshot(signal))
  const { venName, resources, vens, programs } = shown
  const us = { venName, ven: vens.find((one) => one.venName === venName), resources }
  const names = new Map(programs.map(({ id, programName }) => [id, programName]))
  const reader = { revision, receivedMs: signal.receivedMs, us, names, shown }
  return { kind: 'events', complete: true, claims: shown.events.flatMap((read) => claimsOf(read, reader)) }
}

/** A recorded poll is the complete list of events of our programs; any other answer on the log says nothing of events. */
export const understandOpenAdr3 =
  (revision: Revision): SignalReader =>
  (signal) => {
    try {
      if (isSnapshot(signal.contentType)) return understandSnapshot(signal, revision)
      return signal.status === 200
        ? { kind: 'unreadable', place: signal.service, detail: 'the answer is not what this path answers with' }
        : { kind: 'nothing' }
    } catch (error) {
      if (error instanceof WireFault) return { kind: 'unreadable', place: error.place, detail: error.problem }
      throw error
    }
  }
