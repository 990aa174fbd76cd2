/** Tells a preview in words: how much, who, who not and why, who is at risk. */
import type { Preview } from '../../../processors/dispatch/preview.ts'
import type { DecisionOutcome } from '../../../schemas/dispatch.ts'
import type { UtilityEvent } from '../../../schemas/utility.ts'
import { atTime, counted, inKw } from '../explain/format.ts'

const meanings: Readonly<Record<DecisionOutcome, string>> = {
  sent: 'takes part',
  sentAtRisk: 'takes part, at risk: the notice is shorter than the reaction time of its protocol',
  suspended: 'is suspended',
  optedOut: 'opted out of the event',
  overriddenByCustomer: 'was overridden at the device',
  terminated: 'is terminated',
  notYetEffective: 'is enrolled, but not yet effective or not yet confirmed by the utility',
  notTargeted: 'is none of those that the event addresses',
  outranked: 'is taken by another event for all of the time',
  outsideProgramHours: 'season, day, hours or duration are outside the terms',
  noticeTooShort: 'the terms want more notice',
  eventLimitReached: 'has had as many events as the terms allow',
  capacityNotNeeded: 'is not needed for the target',
  tooLate: 'too little of the event is left',
  operatorHold: 'is stopped by an operator',
  noTemplate: 'has no payload for the level',
  internalFault: 'planning it failed',
  released: 'would be released',
  notEnrolled: 'is not enrolled at that time',
}

const LISTED = 20

function deliverable({ deliverableW, nominatedW }: Preview): string {
  const share = nominatedW
    ? ` of ${inKw(nominatedW)} nominated (${((100 * deliverableW) / nominatedW).toFixed(1)} %)`
    : '; nothing is nominated'
  return `deliverable  ${inKw(deliverableW)}${share}`
}

function target({ allocation }: Preview): readonly string[] {
  if (!allocation) return []
  const { targetW, calledW, shortfallW } = allocation
  return [`target       ${inKw(targetW)}: ${inKw(calledW)} called, ${inKw(shortfallW)} short`]
}

function outcomes({ counts, rows }: Preview): readonly string[] {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a)
  return sorted.map(([outcome, count]) => {
    const by = outcome === 'outranked' ? ` (${[...new Set(rows.flatMap((row) => row.outrankedBy || []))].join(', ')})` : ''
    return `${String(count).padStart(9)}  ${outcome}: ${meanings[outcome as DecisionOutcome]}${by}`
  })
}

function atRisk({ rows, atRiskW }: Preview): readonly string[] {
  const risky = rows.filter((row) => row.atRisk)
  if (risky.length === 0) return ['at risk      nobody']
  const named = risky
    .slice(0, LISTED)
    .map(({ deviceId, outcome }) => `${deviceId} (${outcome === 'sentAtRisk' ? 'notice' : 'not connected'})`)
  const more = risky.length > LISTED ? `, and ${risky.length - LISTED} more` : ''
  return [`at risk      ${inKw(atRiskW)} in ${counted(risky.length, 'device')}: ${named.join(', ')}${more}`]
}

export function describePreview({ programId, startMs, endMs, intervals }: UtilityEvent, preview: Preview): string {
  const levels = intervals.map(({ level }) => level).join(', ')
  return [
    `${programId}, level ${levels}, ${atTime(startMs)} to ${atTime(endMs)}: ${counted(preview.rows.length, 'device')} known; nothing was written`,
    deliverable(preview),
    ...target(preview),
    ...atRisk(preview),
    ...outcomes(preview),
  ].join('\n')
}
