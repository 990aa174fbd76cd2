/** Answers whether a method's terms can be evaluated at all: every fault at once, each naming its field. */
import { compare, ONE, parseRational, type Rational, ZERO } from '../exact/rational.ts'
import type { Adjustment, AdjustmentWindow, BaselineMethod, DayGroup, XOfYMethod } from './terms.ts'

/** Faults in plain words; empty when the method is sound. */
export function checkTerms(method: BaselineMethod): string[] {
  const common = method.acceptQuality.length === 0 ? ['acceptQuality: name at least one quality that counts as present'] : []
  switch (method.kind) {
    case 'x-of-y':
      return [...common, ...checkXOfY(method)]
    case 'same-day':
      return [...common, ...checkWindows('windows', method.windows)]
    case 'control-group':
      return [...common, ...(method.minUnits >= 1 ? [] : ['minUnits: must be at least 1'])]
    case 'reference-level':
      return common
  }
}

function checkXOfY(method: XOfYMethod): string[] {
  const groups = method.groups.length === 0 ? ['groups: name at least one group of day kinds'] : []
  return [
    ...groups,
    ...method.groups.flatMap(checkGroup),
    ...checkOverlap(method.groups),
    ...checkFraction('lowUse.fraction', method.lowUse?.fraction ?? '0'),
    ...checkWeights(method),
    ...checkAdjustment(method.adjustment),
  ]
}

function checkGroup(group: DayGroup, index: number): string[] {
  const at = `groups[${index}]`
  const counts = [group.lookbackDays, group.poolDays, group.chosenDays, group.minDays]
  if (!counts.every((count) => Number.isInteger(count) && count >= 1)) {
    return [`${at}: lookbackDays, poolDays, chosenDays and minDays must be whole numbers of 1 or more`]
  }
  const faults = group.dayKinds.length === 0 ? [`${at}.dayKinds: name at least one`] : []
  if (group.poolDays > group.lookbackDays) faults.push(`${at}.poolDays: more than lookbackDays ${group.lookbackDays}`)
  if (group.chosenDays > group.poolDays) faults.push(`${at}.chosenDays: more than poolDays ${group.poolDays}`)
  if (group.minDays > group.poolDays) faults.push(`${at}.minDays: more than poolDays ${group.poolDays}`)
  return faults
}

function checkOverlap(groups: readonly DayGroup[]): string[] {
  const kinds = groups.flatMap((group) => group.dayKinds)
  const twice = kinds.find((kind, index) => kinds.indexOf(kind) !== index)
  return twice === undefined ? [] : [`groups: '${twice}' stands in more than one group`]
}

function checkWeights(method: XOfYMethod): string[] {
  const { weights } = method
  if (weights === null) return []
  if (weights.by === 'decay') return checkFraction('weights.keep', weights.keep)
  if (weights.values.some((value) => !Number.isInteger(value) || value < 1)) {
    return ['weights.values: must be whole numbers of 1 or more']
  }
  const needed = Math.max(...method.groups.map((group) => group.chosenDays))
  return weights.values.length >= needed ? [] : [`weights.values: give one for each of up to ${needed} chosen days`]
}

function checkAdjustment(adjustment: Adjustment): string[] {
  if (adjustment.kind === 'none') return []
  const windows = checkWindows('adjustment.windows', adjustment.windows)
  if (adjustment.cap === null) return windows
  const [min, max] = [readExact(adjustment.cap.min), readExact(adjustment.cap.max)]
  if (min === null || max === null) return [...windows, "adjustment.cap: write exact numbers as '1.2' or '5/7'"]
  const neutral = adjustment.kind === 'multiplicative' ? ONE : ZERO
  const around = compare(min, neutral) <= 0 && compare(max, neutral) >= 0
  return around ? windows : [...windows, 'adjustment.cap: min and max must lie on both sides of "no adjustment"']
}

function checkWindows(field: string, windows: readonly AdjustmentWindow[]): string[] {
  if (windows.length === 0) return [`${field}: name at least one window`]
  return windows.flatMap((window, index) => {
    const sound = window.durationMinutes > 0 && window.bufferMinutes >= 0
    return sound ? [] : [`${field}[${index}]: durationMinutes must be above 0, bufferMinutes 0 or more`]
  })
}

function checkFraction(field: string, text: string): string[] {
  const value = readExact(text)
  const sound = value !== null && compare(value, ZERO) >= 0 && compare(value, ONE) < 0
  return sound ? [] : [`${field}: "${text}" must be an exact number from 0 up to, not including, 1`]
}

function readExact(text: string): Rational | null {
  try {
    return parseRational(text)
  } catch {
    return null
  }
}
