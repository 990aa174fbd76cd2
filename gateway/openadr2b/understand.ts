/** Derives what a recorded message of a 2.0b VTN says of events: the reader that the interpreter is given for this protocol. */
import type { EventClaim, SignalReader, Understanding } from '../../processors/interpreter/claim.ts'
import type { EventInterval, EventTarget } from '../../schemas/utility.ts'
import { decode } from './decode.ts'
import { intervalTimes } from './interval-times.ts'
import type { EventSignal, OadrDistributeEvent, OadrEvent } from './types/event.ts'
import { siScaleExponents } from './types/item-base.ts'
import type { Target, TargetKind } from './types/target.ts'
import { WireError } from './wire-error.ts'

/** An open-ended event is held to run this long from its start; dispatch renews it in shorter pieces until it is cancelled. */
const OPEN_END_MS = 365 * 86_400_000

const targetKinds: Readonly<Partial<Record<TargetKind, EventTarget['kind']>>> = {
  venID: 'ven',
  groupID: 'group',
  groupName: 'group',
  resourceID: 'resource',
  meterAsset: 'device',
  endDeviceAsset: 'device',
  serviceArea: 'place',
}

/** SIMPLE is understood first; another signal only where the VTN sent no SIMPLE one. */
const signalOf = (event: OadrEvent): EventSignal | undefined =>
  event.signals.find((signal) => signal.signalName === 'SIMPLE') ?? event.signals[0]

const wattsOf = (signal: EventSignal, value: number): number | null =>
  signal.itemBase?.name === 'powerReal' ? Math.round(value * 10 ** siScaleExponents[signal.itemBase.siScaleCode ?? 'none']) : null

/** Intervals at SIMPLE level 0 ask for nothing, and leave a gap. */
function intervalsOf(event: OadrEvent, signal: EventSignal): readonly EventInterval[] | { readonly fault: string } {
  const times = intervalTimes(event.activePeriod, signal.intervals)
  if (!times.ok) return { fault: `eiEventSignal ${signal.signalID}: ${times.reason}` }
  const simple = signal.signalName === 'SIMPLE'
  return times.intervals
    .filter(({ value }) => !simple || value !== 0)
    .map(({ startMs, endMs, value }) => ({
      startMs,
      endMs: endMs ?? event.activePeriod.startMs + OPEN_END_MS,
      level: simple ? String(value) : signal.signalName,
      valueW: simple ? null : wattsOf(signal, value),
    }))
}

function targetsOf(targets: readonly Target[]): readonly EventTarget[] | { readonly fault: string } {
  const byKind = new Map<EventTarget['kind'], string[]>()
  for (const { kind, id } of targets) {
    const ours = targetKinds[kind]
    if (ours === undefined) return { fault: `eiTarget: ${kind} "${id}" is not a kind of target that is supported here` }
    byKind.set(ours, [...(byKind.get(ours) ?? []), id])
  }
  return [...byKind].map(([kind, ids]) => ({ kind, ids }))
}

/** A VEN target beside narrower ones only says who we are; the narrower ones say which devices. */
const narrow = (targets: readonly EventTarget[]): readonly EventTarget[] =>
  targets.length > 1 ? targets.filter(({ kind }) => kind !== 'ven') : targets

function claimOf(event: OadrEvent): EventClaim {
  const signal = signalOf(event)
  const intervals = signal ? intervalsOf(event, signal) : { fault: 'eiEventSignals: there is none' }
  const targets = targetsOf(event.targets)
  const faults = [intervals, targets].flatMap((part) => ('fault' in part ? [part.fault] : []))
  return {
    theirEventId: event.eventID,
    program: { marketContext: event.marketContext },
    modificationNumber: event.modificationNumber,
    cancelled: event.eventStatus === 'cancelled',
    intervals: 'fault' in intervals ? [] : intervals,
    openEnded: event.activePeriod.durationS === 0,
    targets: 'fault' in targets ? [] : narrow(targets),
    test: event.testEvent,
    priority: event.priority,
    randomizeStartS: event.activePeriod.startAfterS ?? 0,
    targetW: null,
    fault: faults[0] ?? null,
  }
}

/** Completed events are not in force; one that we still hold to be running ends as a missing one does. */
function understandEvents(message: OadrDistributeEvent, vtnId: string): Understanding {
  if (message.vtnID !== vtnId)
    return {
      kind: 'unreadable',
      place: 'oadrDistributeEvent/vtnID',
      detail: `452: vtnID is "${message.vtnID}", but this VTN is "${vtnId}"`,
    }
  const inForce = message.events.filter((event) => event.eventStatus !== 'completed')
  return { kind: 'events', complete: true, claims: inForce.map(claimOf) }
}

/** What a signal of protocol openadr2b says; `vtnId` of the signal is the vtnID that the VTN registered us with. */
export const understandOpenAdr2b: SignalReader = (signal) => {
  if (signal.status !== 0 && signal.status !== 200) return { kind: 'nothing' }
  try {
    const message = decode(signal.body)
    if (message.type === 'oadrDistributeEvent') return understandEvents(message, signal.vtnId)
    if (message.type === 'oadrCreatedPartyRegistration' && message.venID !== undefined) return { kind: 'registered', venId: message.venID }
    return { kind: 'nothing' }
  } catch (error) {
    if (error instanceof WireError) return { kind: 'unreadable', place: error.path, detail: error.problem }
    throw error
  }
}
