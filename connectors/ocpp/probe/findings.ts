/** Compares what a station says of itself with its registration: what it leaves open, and what is contradicted. */
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import { DEFAULT_STACK_LEVEL, versionIn } from '../limits/traits-of.ts'
import type { OcppVersion } from '../wire/dialect.ts'
import type { Survey } from './survey.ts'

export interface Contradiction {
  /** For counting: its name and no value. */
  readonly attribute: string
  /** For people: both values. */
  readonly detail: string
}

export interface Findings {
  /** Values for `extra` that the registration does not have; none = nothing to add. */
  readonly fill: Readonly<Record<string, string>>
  readonly contradictions: readonly Contradiction[]
}

/** Pure; `survey` is as read back, after settings were written. */
export function findingsOf(survey: Survey, attributes: DeviceAttributes, speaks: OcppVersion): Findings {
  return { fill: fillFor(survey, attributes), contradictions: contradictionsOf(survey, attributes, speaks) }
}

/**
 * Our stack level is above a standing limit's, 0, unless the station has no other. There a standing limit may be a profile on that very
 * level, which ours would replace and our release would clear: so ours carries it along.
 */
function fillFor({ maxPeriods, maxStackLevel }: Survey, { extra, standingLimitW }: DeviceAttributes): Findings['fill'] {
  const stackLevel = maxStackLevel === undefined ? undefined : Math.min(DEFAULT_STACK_LEVEL, maxStackLevel)
  const found: Readonly<Record<string, string | undefined>> = {
    maxPeriods: maxPeriods === undefined ? undefined : String(maxPeriods),
    stackLevel: stackLevel === undefined ? undefined : String(stackLevel),
    replacesStanding: stackLevel === 0 && isOpen(extra.stackLevel) && standingLimitW !== null ? 'true' : undefined,
  }
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, value]) => (value !== undefined && isOpen(extra[name]) ? [[name, value] as const] : [])),
  )
}

const isOpen = (value: string | undefined): boolean => value === undefined || value === ''

function contradictionsOf(survey: Survey, attributes: DeviceAttributes, speaks: OcppVersion): readonly Contradiction[] {
  const { smartCharging, units, maxPeriods, maxStackLevel, alignedIntervalS } = survey
  const { limitUnit, cadenceS, extra } = attributes
  const registered = versionIn(extra)
  return [
    registered !== speaks && contradiction('extra.ocppVersion', `registered "${extra.ocppVersion ?? ''}"`, `speaks ${speaks}`),
    smartCharging === false && contradiction('smartCharging', 'registered to take limits', 'has no smart charging, or it is off'),
    units.length > 0 &&
      !units.some((unit) => unit === limitUnit) &&
      contradiction('limitUnit', `registered ${limitUnit}`, `takes ${units.join(', ')}`),
    isOver(extra.maxPeriods, maxPeriods) && contradiction('extra.maxPeriods', `registered ${extra.maxPeriods}`, `takes ${maxPeriods}`),
    isOver(extra.stackLevel, maxStackLevel) &&
      contradiction('extra.stackLevel', `registered ${extra.stackLevel}`, `takes ${maxStackLevel} at most`),
    cadenceS > 0 &&
      alignedIntervalS !== cadenceS &&
      contradiction(
        'cadenceS',
        `registered ${cadenceS}`,
        alignedIntervalS === undefined ? 'sends none by the clock' : `sends each ${alignedIntervalS} s`,
      ),
  ].filter((found) => found !== false)
}

const isOver = (registered: string | undefined, most: number | undefined): boolean =>
  most !== undefined && !isOpen(registered) && Number(registered) > most

const contradiction = (attribute: string, registered: string, station: string): Contradiction => ({
  attribute,
  detail: `${attribute}: ${registered}, the station ${station}`,
})
