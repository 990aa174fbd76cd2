/** Says what in the terms of a program contradicts itself, field by field. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import { DATA_SOURCES } from '../settlement/sources.ts'

const STEPS_S = [60, 300, 900, 1800, 3600]
const MONTH_DAY = /^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/
const LOCAL_DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/

type Rule = (terms: ProgramTerms) => readonly (string | false)[]

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

const times: Rule = (terms) => [
  !isZone(terms.zone) && `zone: "${terms.zone}" is not an IANA time zone`,
  !MONTH_DAY.test(terms.seasonStart) && `seasonStart: "${terms.seasonStart}" is not MM-DD`,
  !MONTH_DAY.test(terms.seasonEnd) && `seasonEnd: "${terms.seasonEnd}" is not MM-DD`,
  ...terms.holidays.map((day, index) => !LOCAL_DATE.test(day) && `holidays[${index}]: "${day}" is not YYYY-MM-DD`),
  terms.dayTypes.length === 0 && 'dayTypes: names no day, so no event could ever be held',
  terms.dayStartMinute < 0 && 'dayStartMinute: is before midnight',
  terms.dayEndMinute > 1440 && 'dayEndMinute: is after 1440, the end of the day',
  terms.dayStartMinute >= terms.dayEndMinute && 'dayStartMinute: is not before dayEndMinute',
]

const durations: Rule = (terms) => [
  terms.minDurationS <= 0 && 'minDurationS: must be positive',
  terms.minDurationS > terms.maxDurationS && 'minDurationS: is longer than maxDurationS',
  terms.maxDurationS > (terms.dayEndMinute - terms.dayStartMinute) * 60 &&
    'maxDurationS: does not fit between dayStartMinute and dayEndMinute',
  terms.minUsefulS >= terms.minDurationS && 'minUsefulS: is not shorter than minDurationS, so the shortest event would never be sent',
  ...(
    [
      'noticeS',
      'restS',
      'rampS',
      'recoveryS',
      'startStaggerS',
      'releaseStaggerS',
      'minUsefulS',
      'optDeadlineS',
      'dataDeadlineS',
      'graceS',
      'nominationDeadlineS',
    ] as const
  ).map((name) => terms[name] < 0 && `${name}: is negative`),
  terms.graceS > terms.dataDeadlineS && 'graceS: is longer than dataDeadlineS, so results would be final before they are computed',
]

const levels: Rule = (terms) => [
  terms.levels.length === 0 && 'levels: names no level, so every event would be refused',
  terms.reference !== 'rated' && `reference: "${terms.reference}" is not supported yet; use rated`,
  ...terms.levels.map(
    ({ level }, index) =>
      terms.levels.findIndex((other) => other.level === level) !== index && `levels[${index}].level: "${level}" is there twice`,
  ),
  ...terms.levels.map(
    ({ limitPermille }, index) =>
      (limitPermille < 0 || limitPermille > 1000) && `levels[${index}].limitPermille: is not between 0 and 1000`,
  ),
]

const settlement: Rule = ({ baseline, ...terms }) => [
  !STEPS_S.includes(terms.stepS) && `stepS: is not one of ${STEPS_S.join(', ')}`,
  baseline.chosenDays > baseline.eligibleDays && 'baseline.chosenDays: is more than baseline.eligibleDays',
  baseline.minDays > baseline.eligibleDays && 'baseline.minDays: is more than baseline.eligibleDays',
  baseline.minDays < 1 && 'baseline.minDays: must be at least 1; a baseline of no days does not exist',
  baseline.eligibleDays > baseline.lookbackDays && 'baseline.eligibleDays: is more than baseline.lookbackDays',
  baseline.adjustment !== 'none' && baseline.windows.length === 0 && 'baseline.windows: is empty, but baseline.adjustment needs one',
  baseline.adjustment === 'none' && baseline.windows.length > 0 && 'baseline.windows: is given, but baseline.adjustment is none',
  baseline.capMinPermille !== null &&
    baseline.capMaxPermille !== null &&
    baseline.capMinPermille > baseline.capMaxPermille &&
    'baseline.capMinPermille: is more than baseline.capMaxPermille',
  ...baseline.windows.map((window, index) => window.durationS <= 0 && `baseline.windows[${index}].durationS: must be positive`),
  ...baseline.windows.map(
    (window, index) => !window.after && window.offsetS + window.durationS > 0 && `baseline.windows[${index}]: reaches into the event`,
  ),
  ...baseline.windows.map(
    (window, index) => window.durationS % terms.stepS !== 0 && `baseline.windows[${index}].durationS: is not a multiple of stepS`,
  ),
  !DATA_SOURCES.includes(terms.dataSource) && `dataSource: "${terms.dataSource}" is none of ${DATA_SOURCES.join(', ')}`,
  terms.optPolicy === 'operator' && terms.optDeadlineS <= 0 && 'optDeadlineS: must be positive with optPolicy operator',
  (terms.minDeliverablePermille < 0 || terms.minDeliverablePermille > 1000) && 'minDeliverablePermille: is not between 0 and 1000',
  terms.overcallPermille < 1000 && 'overcallPermille: is below 1000, so a target could never be met',
  !/^[A-Z]{3}$/.test(terms.rates.currency) && `rates.currency: "${terms.rates.currency}" is not an ISO 4217 code`,
]

/** Every contradiction, each with its field; empty = sound. */
export function findContradictions(terms: ProgramTerms): readonly string[] {
  return [times, durations, levels, settlement].flatMap((rule) => rule(terms)).filter((fault) => fault !== false)
}
