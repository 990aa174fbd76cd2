/** Answers which parameters come near to well-known programs: "style" rows, for tariffs differ and change. */
import type { Adjustment, AdjustmentWindow, BaselineMethod, DayGroup, Exclusions, Quality, SameDayMethod, XOfYMethod } from './terms.ts'

export type PublishedMethod<M extends BaselineMethod = BaselineMethod> = {
  /** What people call it; always with the word "style", since no row is quoted from a tariff. */
  readonly label: string
  readonly method: M
}

const METERED: readonly Quality[] = ['measured', 'estimated', 'edited']
const EXCLUDE_DISPATCHED: Exclusions = { eventDays: 'dispatched', programs: 'own', dayBeforeEvent: false, outageDays: true }

const before = (durationMinutes: number, bufferMinutes: number): AdjustmentWindow => ({ side: 'before', durationMinutes, bufferMinutes })
const after = (durationMinutes: number, bufferMinutes: number): AdjustmentWindow => ({ side: 'after', durationMinutes, bufferMinutes })

const weekdays = (numbers: Omit<DayGroup, 'dayKinds'>): DayGroup => ({ dayKinds: ['weekday'], ...numbers })
const restDays = (numbers: Omit<DayGroup, 'dayKinds'>): DayGroup => ({ dayKinds: ['saturday', 'sunday', 'holiday'], ...numbers })
const saturdays = (numbers: Omit<DayGroup, 'dayKinds'>): DayGroup => ({ dayKinds: ['saturday'], ...numbers })
const sundays = (numbers: Omit<DayGroup, 'dayKinds'>): DayGroup => ({ dayKinds: ['sunday', 'holiday'], ...numbers })

/** Ten weekdays, four other days, all of them averaged. */
const TEN_OF_TEN: readonly DayGroup[] = [
  weekdays({ lookbackDays: 45, poolDays: 10, chosenDays: 10, minDays: 5 }),
  restDays({ lookbackDays: 45, poolDays: 4, chosenDays: 4, minDays: 4 }),
]

const PLAIN: XOfYMethod = {
  kind: 'x-of-y',
  groups: TEN_OF_TEN,
  choose: 'all',
  matchBufferMinutes: 60,
  lowUse: null,
  exclude: EXCLUDE_DISPATCHED,
  weights: null,
  adjustment: { kind: 'none' },
  acceptQuality: METERED,
  floorWh: null,
  aggregate: 'before',
}

function multiplicative(windows: readonly AdjustmentWindow[], min: string, max: string): Adjustment {
  return { kind: 'multiplicative', windows, cap: { min, max }, basis: 'chosen', upOnly: false, otherwise: 'unadjusted' }
}

function additive(windows: readonly AdjustmentWindow[], upOnly: boolean): Adjustment {
  return { kind: 'additive', windows, cap: null, basis: 'chosen', upOnly, otherwise: 'unadjusted' }
}

/** Ten like days, factor from the fourth to the second hour before, held within 20 %. */
export const caisoTenInTen: PublishedMethod<XOfYMethod> = {
  label: 'CAISO 10-in-10 style',
  method: { ...PLAIN, adjustment: multiplicative([before(180, 60)], '0.8', '1.2') },
}

/** The five highest of ten, factor from two hours on either side with two hours of buffer, held within 5/7 and 7/5. */
export const caisoResidentialFiveInTen: PublishedMethod<XOfYMethod> = {
  label: 'CAISO residential 5-in-10 style',
  method: {
    ...PLAIN,
    groups: [
      weekdays({ lookbackDays: 45, poolDays: 10, chosenDays: 5, minDays: 5 }),
      restDays({ lookbackDays: 45, poolDays: 5, chosenDays: 3, minDays: 3 }),
    ],
    choose: 'highest',
    adjustment: multiplicative([before(120, 120), after(120, 120)], '5/7', '7/5'),
  },
}

/** The four highest of five (two of three at weekends), low days replaced, moved by the mean of three hours. */
export const pjmHighFourOfFive: PublishedMethod<XOfYMethod> = {
  label: 'PJM high 4 of 5 style',
  method: {
    ...PLAIN,
    groups: [
      weekdays({ lookbackDays: 45, poolDays: 5, chosenDays: 4, minDays: 4 }),
      saturdays({ lookbackDays: 45, poolDays: 3, chosenDays: 2, minDays: 2 }),
      sundays({ lookbackDays: 45, poolDays: 3, chosenDays: 2, minDays: 2 }),
    ],
    choose: 'highest',
    lowUse: { reference: 'pool-mean', fraction: '1/4' },
    adjustment: additive([before(180, 60)], false),
  },
}

/** The three days most like the event day outside it. */
export const pjmMatchDay: PublishedMethod<XOfYMethod> = {
  label: 'PJM match day style',
  method: {
    ...PLAIN,
    groups: [
      weekdays({ lookbackDays: 45, poolDays: 31, chosenDays: 3, minDays: 3 }),
      saturdays({ lookbackDays: 45, poolDays: 6, chosenDays: 3, minDays: 3 }),
      sundays({ lookbackDays: 45, poolDays: 8, chosenDays: 3, minDays: 3 }),
    ],
    choose: 'match',
  },
}

/** The five highest of ten out of 30 days without the day before, factor from hours four and three before. */
export const nyisoFiveOfTen: PublishedMethod<XOfYMethod> = {
  label: 'NYISO 5-of-10 style',
  method: {
    ...PLAIN,
    groups: [weekdays({ lookbackDays: 30, poolDays: 10, chosenDays: 5, minDays: 5 })],
    choose: 'highest',
    exclude: { ...EXCLUDE_DISPATCHED, dayBeforeEvent: true },
    lowUse: { reference: 'peak-interval', fraction: '1/4' },
    adjustment: multiplicative([before(120, 120)], '0.8', '1.2'),
  },
}

/** Ten like days of three kinds, as they are. */
export const isoneMeanTen: PublishedMethod<XOfYMethod> = {
  label: 'ISO-NE mean 10-of-10 style',
  method: {
    ...PLAIN,
    groups: [
      weekdays({ lookbackDays: 45, poolDays: 10, chosenDays: 10, minDays: 10 }),
      saturdays({ lookbackDays: 45, poolDays: 5, chosenDays: 5, minDays: 5 }),
      sundays({ lookbackDays: 45, poolDays: 5, chosenDays: 5, minDays: 5 }),
    ],
  },
}

/** The 90/10 recursion, begun anew at the oldest of ten days, so that a corrected read has an end to its effect. */
export const isoneNinetyTen: PublishedMethod<XOfYMethod> = {
  label: 'ISO-NE 90/10 style',
  method: { ...PLAIN, weights: { by: 'decay', keep: '9/10' } },
}

/** Ten like days without the highest and the lowest. */
export const ercotMiddleEightOfTen: PublishedMethod<XOfYMethod> = {
  label: 'ERCOT middle 8-of-10 style',
  method: {
    ...PLAIN,
    groups: [
      weekdays({ lookbackDays: 45, poolDays: 10, chosenDays: 8, minDays: 10 }),
      restDays({ lookbackDays: 45, poolDays: 10, chosenDays: 8, minDays: 10 }),
    ],
    choose: 'middle',
  },
}

/** Ten like days, only ever raised, by the hour that starts two hours before; not meant for batteries. */
export const flexServicesUpOnly: PublishedMethod<XOfYMethod> = {
  label: 'Flex services up-only style',
  method: { ...PLAIN, adjustment: additive([before(60, 60)], true) },
}

/** Three hours before and two after the event, one hour skipped on either side. */
export const pjmSameDay: PublishedMethod<SameDayMethod> = {
  label: 'PJM same day 3+2 style',
  method: {
    kind: 'same-day',
    windows: [before(180, 60), after(120, 60)],
    acceptQuality: METERED,
    floorWh: null,
    aggregate: 'before',
  },
}

/** The last hour before the event, held flat (meter before, meter after). */
export const hourBefore: PublishedMethod<SameDayMethod> = {
  label: 'Hour before style',
  method: { kind: 'same-day', windows: [before(60, 0)], acceptQuality: METERED, floorWh: null, aggregate: 'before' },
}

export const PUBLISHED_METHODS = {
  caisoTenInTen,
  caisoResidentialFiveInTen,
  pjmHighFourOfFive,
  pjmMatchDay,
  nyisoFiveOfTen,
  isoneMeanTen,
  isoneNinetyTen,
  ercotMiddleEightOfTen,
  flexServicesUpOnly,
  pjmSameDay,
  hourBefore,
} as const satisfies Record<string, PublishedMethod>
