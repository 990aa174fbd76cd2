/** Renders a device's whole desired timeline as one SetChargingProfile, or as the ClearChargingProfile that ends it. */
import type { CentralRequest } from './central-messages.ts'
import { ceilingW, renderLimit } from './limit.ts'
import { type Layout, layOut, type Segment } from './schedule.ts'
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
  return layout === undefined ? toRelease(traits, nowMs) : toLimit(layout, traits)
}

/** One period is kept for the standing limit that follows where ours took its place. */
export function maxSpans({ maxPeriods = Number.POSITIVE_INFINITY, replacesStanding = false }: Traits): number {
  return replacesStanding ? Math.max(maxPeriods - 1, 1) : maxPeriods
}

function toLimit(layout: Layout<Segment>, traits: Traits): ProfileCall {
  const periods = layout.slots.map(({ startS, filling }) => {
    return {
      startPeriod: startS,
      ...renderLimit(filling === 'gap' ? ceilingW(traits) : filling.limitW, traits),
    }
  })
  const tail: Period[] = traits.replacesStanding
    ? [
        {
          startPeriod: layout.durationS,
          ...renderLimit(ceilingW(traits), traits),
        },
      ]
    : []
  const durationS = traits.replacesStanding ? undefined : layout.durationS
  const payload = envelope(mergeEqual([...periods, ...tail]), layout.startMs, durationS, traits)
  return { action: 'SetChargingProfile', payload, coversUntilMs: layout.coversUntilMs, truncated: layout.truncated }
}

function toRelease(traits: Traits, nowMs: number): ProfileCall {
  if (!traits.replacesStanding) return { action: 'ClearChargingProfile', payload: { id: traits.profileId } }
  const standing = [{ startPeriod: 0, ...renderLimit(ceilingW(traits), traits) }]
  const payload = envelope(standing, nowMs, undefined, traits)
  return { action: 'SetChargingProfile', payload, coversUntilMs: Number.MAX_SAFE_INTEGER, truncated: false }
}

/** `duration` is bounded, so that a station which goes offline is not curtailed for ever; only a restored standing limit stays. */
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
