/** Renders a device's whole desired timeline as one SetChargingProfile, or as the ClearChargingProfile that ends it. */
import type { CentralRequest } from './central-messages.ts'
import { ceilingW, renderLimit } from './limit.ts'
import { type Layout, layOut, type Segment, STANDING_SINCE_MS, withinStanding } from './schedule.ts'
import { formatTimestamp } from './timestamp.ts'
import type { Traits } from './traits.ts'

type Period = CentralRequest<'SetChargingProfile'>['csChargingProfiles']['chargingSchedule']['chargingSchedulePeriod'][number]

/** `coversUntilMs` is where the schedule ends; where `truncated`, more segments follow and the rest must be sent before then. */
export type ProfileCall =
  | { action: 'SetChargingProfile'; payload: CentralRequest<'SetChargingProfile'>; coversUntilMs: number; truncated: boolean }
  | { action: 'ClearChargingProfile'; payload: CentralRequest<'ClearChargingProfile'> }

/**
 * All segments go into ONE schedule, since a second profile of the same purpose and stack level replaces the first
 * (OCPP 1.6 §3.13.2). Gaps carry the standing limit or the rating. No segment left at `nowMs` means release.
 */
export function toProfile(segments: readonly Segment[], traits: Traits, nowMs: number): ProfileCall {
  const layout = layOut(segments, nowMs, maxSpans(traits))
  return layout === undefined ? toRelease(traits) : toLimit(layout, traits)
}

/** Periods are kept for the standing limit before and after, where ours takes its place. */
export function maxSpans({ maxPeriods = Number.POSITIVE_INFINITY, replacesStanding = false }: Traits): number {
  return replacesStanding ? Math.max(maxPeriods - 2, 1) : maxPeriods
}

function toLimit(bounded: Layout<Segment>, traits: Traits): ProfileCall {
  const { slots, startMs, durationS, coversUntilMs, truncated } = traits.replacesStanding ? withinStanding(bounded) : bounded
  const periods = slots.map(({ startS, filling }) => {
    return { startPeriod: startS, ...renderLimit(filling === 'gap' ? ceilingW(traits) : filling.limitW, traits) }
  })
  const payload = envelope(mergeEqual(periods), startMs, durationS, traits)
  return { action: 'SetChargingProfile', payload, coversUntilMs, truncated }
}

function toRelease(traits: Traits): ProfileCall {
  if (!traits.replacesStanding) return { action: 'ClearChargingProfile', payload: { id: traits.profileId } }
  const standing = [{ startPeriod: 0, ...renderLimit(ceilingW(traits), traits) }]
  const payload = envelope(standing, STANDING_SINCE_MS, undefined, traits)
  return { action: 'SetChargingProfile', payload, coversUntilMs: Number.MAX_SAFE_INTEGER, truncated: false }
}

/** `duration` is bounded, so that a station which goes offline is not curtailed for ever; only a standing limit stays. */
function envelope(periods: Period[], startMs: number, duration: number | undefined, traits: Traits): CentralRequest<'SetChargingProfile'> {
  return {
    connectorId: 0,
    csChargingProfiles: {
      chargingProfileId: traits.profileId,
      stackLevel: traits.stackLevel,
      chargingProfilePurpose: 'ChargePointMaxProfile',
      chargingProfileKind: 'Absolute',
      chargingSchedule: {
        ...(duration === undefined ? {} : { duration }),
        startSchedule: formatTimestamp(startMs),
        chargingRateUnit: traits.unit,
        chargingSchedulePeriod: periods,
      },
    },
  }
}

function mergeEqual(periods: readonly Period[]): Period[] {
  return periods.filter((period, index) => period.limit !== periods[index - 1]?.limit)
}
