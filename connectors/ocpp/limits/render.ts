/** Renders a station's payloads at enrollment, one template per level, and fills their slots when an event comes. */

import { formatTimestamp } from '../wire/timestamp.ts'
import { forms } from './forms.ts'
import { ceilingW, renderLimit } from './limit.ts'
import { type Layout, layOut, type Span, STANDING_SINCE_MS, withinStanding } from './schedule.ts'
import { type LimitTemplate, type LimitTraits, parseTemplate, splice, type Template } from './template.ts'
import type { Traits } from './traits.ts'

/** A limit in watts known at enrollment, a limit that dispatch fills in (`slot`), or the end of all limits. */
export type Level = number | 'slot' | 'release'

/** One span of the timeline at a level's template; `limitW` fills a numeric slot. */
export type Part = Span & { template: Template; limitW?: number }

export type Rendered = {
  action: Template['action']
  payloadJson: string
  /** Absent for a release. */
  coversUntilMs?: number
  truncated: boolean
}

/** JSON text to store with the device; equal traits and level give equal bytes, so that it can be interned by hash. */
export function renderTemplate(level: Level, traits: Traits): string {
  const form = forms[traits.version]
  const version = traits.version === '1.6' ? {} : { version: traits.version }
  if (level === 'release' && !traits.replacesStanding) {
    return JSON.stringify({ ...version, action: 'ClearChargingProfile', payload: form.clearing(traits.profileId) } satisfies Template)
  }
  const gap = renderPeriod(ceilingW(traits), traits)
  const spans = maxSpans(traits)
  const { profileId, stackLevel, unit, replacesStanding = false } = traits
  const template: LimitTemplate = {
    ...version,
    action: 'SetChargingProfile',
    // Bounded, so that a station which goes offline is not curtailed for ever; only a standing limit stays.
    payload: form.envelope({ profileId, stackLevel, unit, bounded: !replacesStanding }),
    period: level === 'release' ? gap : renderPeriod(level, traits),
    gap,
    standing: replacesStanding,
    ...(Number.isFinite(spans) ? { maxSpans: spans } : {}),
    ...(level === 'slot' ? { numeric: limitTraits(traits) } : {}),
  }
  return JSON.stringify(template)
}

/** One span at one level → payload JSON. */
export function fillTemplate(text: string, slots: Span & { limitW?: number }): string {
  const template = parseTemplate(text)
  return fillTimeline([{ ...slots, template }], template).payloadJson
}

/**
 * The whole timeline → one payload: all in ONE schedule, since a second profile of the same purpose and stack level replaces the first
 * (OCPP 1.6 §3.13.2). Gaps carry the standing limit or the rating. Nothing left → the release template. Without `nowMs` nothing counts as past.
 */
export function fillTimeline(parts: readonly Part[], release: Template, nowMs = Number.NEGATIVE_INFINITY): Rendered {
  const [first] = parts
  const limits = first?.template.action === 'SetChargingProfile' ? first.template : undefined
  const bounded = layOut(parts, nowMs, limits?.maxSpans)
  if (bounded === undefined || limits === undefined) return fillRelease(release)
  const layout = limits.standing ? withinStanding(bounded) : bounded
  const { coversUntilMs, truncated } = layout
  return { action: 'SetChargingProfile', payloadJson: fillEnvelope(limits, layout), coversUntilMs, truncated }
}

function fillEnvelope(template: LimitTemplate, { slots, startMs, durationS = 0 }: Layout<Part>): string {
  const periods = slots.map(({ startS, filling }) => ({ startS, text: filling === 'gap' ? template.gap : periodText(filling) }))
  const merged = periods.filter(({ text }, index) => text !== periods[index - 1]?.text)
  const startSchedule = formatTimestamp(startMs)
  return splice(template.payload, {
    startSchedule,
    durationS,
    periods: merged.map(({ startS, text }) => splice(text, { startPeriod: startS })).join(','),
  })
}

function fillRelease(release: Template): Rendered {
  if (release.action === 'ClearChargingProfile') return { action: release.action, payloadJson: release.payload, truncated: false }
  const periods = splice(release.gap, { startPeriod: 0 })
  const payloadJson = splice(release.payload, { startSchedule: formatTimestamp(STANDING_SINCE_MS), periods })
  return { action: release.action, payloadJson, truncated: false }
}

function periodText({ template, limitW }: Part): string {
  if (template.action !== 'SetChargingProfile') throw new TypeError('a part of the timeline needs a limit template, not a release')
  if (template.numeric === undefined) return template.period
  if (limitW === undefined) throw new TypeError('limitW is missing: the template declares a numeric slot')
  return splice(template.period, { limit: renderLimit(limitW, template.numeric).limit })
}

/** Periods are kept for the standing limit before and after, where ours takes its place. */
function maxSpans({ maxPeriods = Number.POSITIVE_INFINITY, replacesStanding = false }: Traits): number {
  return replacesStanding ? Math.max(maxPeriods - 2, 1) : maxPeriods
}

function renderPeriod(level: number | 'slot', traits: Traits): string {
  const { limit, numberPhases } = renderLimit(level === 'slot' ? 0 : level, traits)
  const phases = numberPhases === undefined ? '' : `,"numberPhases":${numberPhases}`
  return `{"startPeriod":{{startPeriod}},"limit":${level === 'slot' ? '{{limit}}' : limit}${phases}}`
}

function limitTraits({ unit, phases, voltageV, ratedW, standingLimitW, minChargingA }: Traits): LimitTraits {
  return {
    unit,
    phases,
    voltageV,
    ratedW,
    ...(standingLimitW === undefined ? {} : { standingLimitW }),
    ...(minChargingA === undefined ? {} : { minChargingA }),
  }
}
