/** Says when a device may serve an event, or the first reason why it may not. */
import type { DecisionOutcome } from '../../schemas/dispatch.ts'
import type { DeviceState, Enrollment, Template } from '../../schemas/enrollment.ts'
import { dayStartMs } from '../calendar/local-day.ts'
import type { AskedSpan, EventInForce } from './events-in-force.ts'
import { obeyedOptOuts } from './opt-outs.ts'
import { RELEASE } from './renderer.ts'
import { isDivided, type Range, rangeOf, shareOf } from './share.ts'
import { cutOut, keepWithin, type Period, remainingMs, unended } from './spans.ts'
import { spansFor } from './stagger.ts'
import { isHeld, isTargeted } from './targets.ts'

/** A stretch with the limit that it means for the device. */
export interface LimitedSpan extends AskedSpan {
  /** W; at or below the standing limit. */
  readonly limitW: number
  readonly templateHash: string
}

export type Eligibility = { readonly spans: readonly LimitedSpan[] } | { readonly refused: DecisionOutcome }

/** What is asked at the time of a plan. */
export interface Asked {
  readonly device: DeviceState
  readonly nowMs: number
  /** The device already has segments of the event that have not ended. */
  readonly live: boolean
}

type Cut = { readonly outcome: DecisionOutcome; readonly cut: (spans: readonly AskedSpan[]) => readonly AskedSpan[] }

const mayServe = ({ registration }: Enrollment): boolean => registration === 'none' || registration === 'confirmed'

/** Enrollments in the event's program at any time from the start of its season on; none: the program does not know the device. */
export function enrollmentsFor(device: DeviceState, { event, season, terms }: EventInForce): readonly Enrollment[] {
  const sinceMs = season ? dayStartMs(season.firstDay, terms.zone) : event.startMs
  return device.enrollments.filter(
    ({ programId, untilMs }) => programId === event.programId && (untilMs === null || untilMs > Math.min(sinceMs, event.startMs)),
  )
}

/** Not yet, when the utility has still to confirm the registration or the enrollment starts later; else it has ended. */
function absence(enrollments: readonly Enrollment[], nowMs: number): DecisionOutcome {
  const coming = enrollments.some(
    ({ fromMs, untilMs, registration }) =>
      (untilMs === null || untilMs > nowMs) &&
      (registration === 'applied' ||
        registration === 'submitted' ||
        (fromMs > nowMs && registration !== 'rejected' && registration !== 'ended')),
  )
  return coming ? 'notYetEffective' : 'notEnrolled'
}

const all = (periods: readonly Period[]) => (spans: readonly AskedSpan[]) =>
  periods.reduce((left, { fromMs, untilMs }) => cutOut(left, fromMs, untilMs), spans)

const nothing = (): readonly AskedSpan[] => []
const everything = (spans: readonly AskedSpan[]): readonly AskedSpan[] => spans

function suspensionsOf({ suspensions }: DeviceState, programId: string, held: boolean): readonly Period[] {
  return suspensions.filter((one) => one.held === held && (one.programId === null || one.programId === programId))
}

/** What takes time away from the event, the first that leaves nothing names the reason. */
function cutsOf(event: EventInForce, device: DeviceState, enrollments: readonly Enrollment[], nowMs: number): readonly Cut[] {
  const { programId } = event.event
  const serving = enrollments.filter(mayServe)
  const targeted = serving.some(({ resourceId }) => isTargeted(event.targets, device, resourceId))
  const byDevice = obeyedOptOuts(device, event, 'device')
  return [
    { outcome: 'terminated', cut: device.terminatedMs === null ? everything : all([{ fromMs: device.terminatedMs, untilMs: null }]) },
    { outcome: absence(enrollments, nowMs), cut: (spans) => keepWithin(spans, serving) },
    { outcome: 'notTargeted', cut: targeted ? everything : nothing },
    { outcome: 'operatorHold', cut: isHeld(event.holds, device, programId) ? nothing : all(suspensionsOf(device, programId, true)) },
    { outcome: 'suspended', cut: all(suspensionsOf(device, programId, false)) },
    { outcome: 'overriddenByCustomer', cut: all(byDevice) },
    { outcome: 'optedOut', cut: all(obeyedOptOuts(device, event, 'others')) },
  ]
}

const findTemplate = (device: DeviceState, programId: string, level: string): Template | undefined =>
  device.templates.find((template) => template.programId === programId && template.level === level)

const NOBODY: Range = { mostW: 0, floorW: 0 }

/** An explicit limit as it is for this device: its share, where the event gives one to all together. */
function ownValueW({ event, terms, allocation }: EventInForce, device: DeviceState, valueW: number | null): number | null {
  if (valueW === null || !isDivided(event, terms)) return valueW
  return shareOf(valueW, rangeOf(device.attributes), allocation?.division ?? NOBODY)
}

/** Each span with its limit; undefined when a level was not rendered for the device. */
function limitSpans(device: DeviceState, event: EventInForce, spans: readonly AskedSpan[]): readonly LimitedSpan[] | undefined {
  const { programId } = event.event
  const standingW = device.attributes.standingLimitW ?? Number.POSITIVE_INFINITY
  const limited: LimitedSpan[] = []
  for (const span of spans) {
    const template = findTemplate(device, programId, span.level)
    if (!template) return undefined
    limited.push({
      ...span,
      limitW: Math.min(standingW, ownValueW(event, device, span.valueW) ?? template.limitW),
      templateHash: template.hash,
    })
  }
  return findTemplate(device, programId, RELEASE) ? limited : undefined
}

/** Undefined: the program does not know the device, so nothing is decided about it. A cancelled event leaves what its stagger keeps of a live one. */
export function findEligibility(event: EventInForce, asked: Asked): Eligibility | undefined {
  const { device, nowMs, live } = asked
  const enrollments = enrollmentsFor(device, event)
  if (enrollments.length === 0 || (event.cancelledMs !== null && !live)) return undefined
  let spans = unended(spansFor(event, device.deviceId), nowMs)
  if (event.cancelledMs === null && spans.length === 0) return { refused: 'tooLate' }
  for (const { outcome, cut } of cutsOf(event, device, enrollments, nowMs)) {
    const left = unended(cut(spans), nowMs)
    if (left.length === 0 && spans.length > 0) return { refused: event.cancelledMs === null ? outcome : 'released' }
    spans = left
  }
  if (event.gate !== null && event.cancelledMs === null) return { refused: event.gate }
  if (!live && remainingMs(spans, nowMs) < event.terms.minUsefulS * 1000) return { refused: 'tooLate' }
  const limited = limitSpans(device, event, spans)
  return limited ? { spans: limited } : { refused: 'noTemplate' }
}
