/** Answers everything about an evaluation that its units share, worked out once per event. */

import { checkStep, intervalAt } from '../../calendar/day-intervals.ts'
import { kindOfDay, type ProgramCalendar, programCalendar } from '../../calendar/day-kind.ts'
import { dayStartMs, localDayNumber, MINUTE_MS, nameOfDay } from '../../calendar/local-day.ts'
import { canonicalJson, sha256 } from './canonical.ts'
import { checkTerms } from './check-terms.ts'
import { type EventContext, QUALITY_CODE } from './input.ts'
import type { LeftOutReason } from './outcome.ts'
import { type DaySamples, ownSamples, type Slot, samplesOfDay, slotsOver, windowSlots } from './slots.ts'
import type { BaselineMethod, DayGroup, XOfYMethod } from './terms.ts'

/** The three families of intervals an X-of-Y evaluation reads from a day. */
export type SlotFamilies<T> = {
  readonly event: T
  readonly adjust: T
  readonly match: T
}

export type CandidateDay = {
  readonly day: string
  readonly dayNumber: number
  /** A reason that holds for every unit, found in the calendar alone. */
  readonly ruledOut: LeftOutReason | null
  readonly samples: SlotFamilies<DaySamples>
}

/** One event under one method; `method` keeps its kind, so that evaluators need no cast. */
export type BaselinePlan<M extends BaselineMethod = BaselineMethod> = {
  readonly method: M
  readonly methodHash: string
  /** SHA-256 of event, zone, step and holidays: the head of every unit's input hash. */
  readonly contextHash: string
  readonly context: EventContext
  readonly eventDay: string
  readonly eventDayNumber: number
  /** Start of the event's first interval; samples are counted in steps from here. */
  readonly anchorMs: number
  /** Bit `q` is set when quality code `q` counts as present. */
  readonly acceptedQualities: number
  readonly slots: SlotFamilies<readonly Slot[]>
  readonly eventDaySamples: SlotFamilies<DaySamples>
  /** Null when the method covers no day of the event day's kind, or uses no other days. */
  readonly group: DayGroup | null
  /** The look-back, the most recent day first. */
  readonly candidates: readonly CandidateDay[]
}

/** Throws RangeError, with all faults, for terms or an event that make no sense. */
export function planBaseline<M extends BaselineMethod>(method: M, context: EventContext): BaselinePlan<M> {
  checkPlan(method, context)
  const { eventStartMs, eventEndMs, zone, stepMs, holidays } = context
  const calendar = programCalendar(holidays)
  const eventDayNumber = localDayNumber(eventStartMs, zone)
  const anchorMs = intervalAt(eventStartMs, zone, stepMs).startMs
  const slots = slotsOf(method, context)
  const group = groupOf(method, eventDayNumber, calendar)
  const basis = { method, slots, anchorMs, eventDayNumber, context, calendar }
  return {
    method,
    methodHash: sha256(canonicalJson(method)),
    contextHash: sha256(
      canonicalJson({
        eventStartMs,
        eventEndMs,
        zone,
        stepMs,
        holidays: [...holidays].sort(),
      }),
    ),
    context,
    eventDay: nameOfDay(eventDayNumber),
    eventDayNumber,
    anchorMs,
    acceptedQualities: method.acceptQuality.reduce((mask, quality) => mask | (1 << QUALITY_CODE[quality]), 0),
    slots,
    eventDaySamples: mapFamilies(slots, (family) => ownSamples(family, anchorMs, stepMs)),
    group,
    candidates: group === null ? [] : candidatesOf(basis, group),
  }
}

type CandidateBasis = {
  readonly method: BaselineMethod
  readonly slots: SlotFamilies<readonly Slot[]>
  readonly anchorMs: number
  readonly eventDayNumber: number
  readonly context: EventContext
  readonly calendar: ProgramCalendar
}

function checkPlan(method: BaselineMethod, context: EventContext): void {
  checkStep(context.stepMs)
  const faults = checkTerms(method)
  if (!(context.eventEndMs > context.eventStartMs)) faults.push('eventEndMs: must be after eventStartMs')
  if (faults.length > 0) throw new RangeError(`baseline terms can not be evaluated: ${faults.join('; ')}`)
}

function slotsOf(method: BaselineMethod, context: EventContext): SlotFamilies<readonly Slot[]> {
  const event = slotsOver({ startMs: context.eventStartMs, endMs: context.eventEndMs }, context)
  if (method.kind === 'same-day') return { event, adjust: windowSlots(method.windows, context), match: [] }
  if (method.kind !== 'x-of-y') return { event, adjust: [], match: [] }
  const { adjustment } = method
  return {
    event,
    adjust: adjustment.kind === 'none' ? [] : windowSlots(adjustment.windows, context),
    match: method.choose === 'match' ? matchSlots(method, context) : [],
  }
}

/** The event day outside the event and the buffer around it. */
function matchSlots(method: XOfYMethod, context: EventContext): Slot[] {
  const bufferMs = method.matchBufferMinutes * MINUTE_MS
  const eventDay = localDayNumber(context.eventStartMs, context.zone)
  const span = {
    startMs: dayStartMs(eventDay, context.zone),
    endMs: dayStartMs(eventDay + 1, context.zone),
  }
  return slotsOver(span, context).filter(
    (slot) => slot.endMs <= context.eventStartMs - bufferMs || slot.startMs >= context.eventEndMs + bufferMs,
  )
}

function groupOf(method: BaselineMethod, eventDayNumber: number, calendar: ProgramCalendar): DayGroup | null {
  if (method.kind !== 'x-of-y') return null
  const kind = kindOfDay(eventDayNumber, calendar)
  return method.groups.find((group) => group.dayKinds.includes(kind)) ?? null
}

function candidatesOf(basis: CandidateBasis, group: DayGroup): CandidateDay[] {
  return Array.from({ length: group.lookbackDays }, (_, index) => {
    const dayNumber = basis.eventDayNumber - 1 - index
    const samples = mapFamilies(basis.slots, (family) => samplesOfDay(family, dayNumber, basis.anchorMs, basis.context))
    return {
      day: nameOfDay(dayNumber),
      dayNumber,
      ruledOut: ruleOut(basis, group, dayNumber, samples),
      samples,
    }
  })
}

function ruleOut(basis: CandidateBasis, group: DayGroup, dayNumber: number, samples: SlotFamilies<DaySamples>): LeftOutReason | null {
  if (!group.dayKinds.includes(kindOfDay(dayNumber, basis.calendar))) return 'other-day-kind'
  const excluded = basis.method.kind === 'x-of-y' && basis.method.exclude.dayBeforeEvent
  if (excluded && dayNumber === basis.eventDayNumber - 1) return 'day-before-event'
  // An event longer than a day would otherwise take its own hours for history.
  return samples.event.steps.some((step) => step >= 0) ? 'event-day' : null
}

function mapFamilies<A, B>(families: SlotFamilies<A>, change: (family: A) => B): SlotFamilies<B> {
  return {
    event: change(families.event),
    adjust: change(families.adjust),
    match: change(families.match),
  }
}
