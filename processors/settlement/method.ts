/** Makes the evaluator's method of the baseline terms of a program. */
import type { Infer } from '../../schemas/avro.ts'
import type { baselineTerms } from '../../schemas/baseline-terms.ts'
import type { DayKind } from '../calendar/day-kind.ts'
import type { Adjustment, AdjustmentWindow, XOfYMethod } from './baseline/terms.ts'

export type BaselineTerms = Infer<typeof baselineTerms>

const GROUPS: Readonly<Record<BaselineTerms['dayGrouping'], readonly (readonly DayKind[])[]>> = {
  weekdayWeekend: [['weekday'], ['saturday', 'sunday', 'holiday']],
  weekdaySaturdaySunday: [['weekday'], ['saturday'], ['sunday', 'holiday']],
  allAlike: [['weekday', 'saturday', 'sunday', 'holiday']],
}
/** A cap that caps nothing, where the terms cap on one side only. */
const [NO_LEAST, NO_GREATEST] = ['0', '1000000']

/** Where the adjustment can not be made the baseline stands unadjusted, and its record says so. */
export function methodOf(terms: BaselineTerms): XOfYMethod {
  const { lookbackDays, eligibleDays, chosenDays, minDays } = terms
  return {
    kind: 'x-of-y',
    groups: GROUPS[terms.dayGrouping].map((dayKinds) => ({ dayKinds, lookbackDays, poolDays: eligibleDays, chosenDays, minDays })),
    choose: terms.choose,
    matchBufferMinutes: 0,
    lowUse: terms.lowUsePermille === 0 ? null : { reference: 'pool-mean', fraction: `${terms.lowUsePermille}/1000` },
    exclude: {
      eventDays: terms.excludedEvents,
      programs: terms.excludeAllPrograms ? 'all' : 'own',
      dayBeforeEvent: terms.excludeDayBefore,
      outageDays: true,
    },
    weights: null,
    adjustment: adjustmentOf(terms),
    acceptQuality: ['measured', 'estimated', 'modelled', 'edited'],
    floorWh: terms.floorAtZero ? 0 : null,
    aggregate: 'before',
  }
}

function adjustmentOf(terms: BaselineTerms): Adjustment {
  const { adjustment: kind, upOnly, capMinPermille, capMaxPermille } = terms
  if (kind === 'none') return { kind }
  const windows = terms.windows.map(windowOf)
  const basis = terms.denominatorAllEligible ? 'pool' : 'chosen'
  const isCapped = kind === 'multiplicative' && (capMinPermille !== null || capMaxPermille !== null)
  const cap = isCapped ? { min: permille(capMinPermille) ?? NO_LEAST, max: permille(capMaxPermille) ?? NO_GREATEST } : null
  return { kind, windows, basis, upOnly, cap, otherwise: 'unadjusted' }
}

/** The terms name the start of a window, the evaluator its distance from the event. */
function windowOf({ offsetS, durationS, after }: BaselineTerms['windows'][number]): AdjustmentWindow {
  const bufferS = after ? offsetS : -offsetS - durationS
  return { side: after ? 'after' : 'before', durationMinutes: durationS / 60, bufferMinutes: bufferS / 60 }
}

function permille(value: number | null): string | null {
  return value === null ? null : `${value}/1000`
}
