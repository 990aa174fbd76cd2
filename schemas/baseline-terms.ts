/** The parameters of a baseline method, as data: published programs are rows of these. */
import { boolean, enumeration, type Infer, int, list, of, optional, record, string } from './avro.ts'

export const adjustmentKind = enumeration('AdjustmentKind', ['none', 'multiplicative', 'additive'], 'Same-day adjustment.')
export const choose = enumeration(
  'Choose',
  ['all', 'highest', 'middle', 'lowest'],
  'Which of the eligible days are averaged, by energy in the event hours.',
)
export const excludedEvents = enumeration(
  'ExcludedEvents',
  ['none', 'called', 'dispatched', 'participated'],
  'Which event days are left out.',
)
export const dayGrouping = enumeration(
  'DayGrouping',
  ['weekdayWeekend', 'weekdaySaturdaySunday', 'allAlike'],
  'Which days are alike; a holiday counts as a Sunday.',
)

export const adjustmentWindow = record('AdjustmentWindow', 'A stretch of the event day beside the event.', {
  offsetS: int('Start relative to the event start (before, negative) or the event end (after, positive), seconds.'),
  durationS: int('Length, seconds.'),
  after: boolean('True: offset counts from the event end.'),
})

export const baselineTerms = record('BaselineTerms', 'One X-of-Y method with its adjustment.', {
  name: string('Name of the row, for example "10-in-10".'),
  dayGrouping: of(dayGrouping, 'Which days are alike.'),
  lookbackDays: int('Local days searched before the event.'),
  eligibleDays: int('Y: days collected.'),
  chosenDays: int('X: days averaged.'),
  minDays: int('Fewer eligible days than this: no baseline.'),
  choose: of(choose, 'Which of the Y days.'),
  lowUsePermille: int('A day whose event-hour energy is below this share of the pool mean is replaced; 0 = off.'),
  excludedEvents: of(excludedEvents, 'Which event days are left out.'),
  excludeAllPrograms: boolean('True: events of other programs of the unit are left out as well.'),
  excludeDayBefore: boolean('True: the day before the event is left out.'),
  adjustment: of(adjustmentKind, 'Same-day adjustment.'),
  windows: list(adjustmentWindow, 'Where the adjustment is measured.'),
  capMinPermille: optional(int('Multiplicative: least factor, thousandths; 800 = -20 %.')),
  capMaxPermille: optional(int('Multiplicative: greatest factor, thousandths.')),
  upOnly: boolean('True: an adjustment that lowers the baseline is not made.'),
  denominatorAllEligible: boolean('True: the adjustment compares with the Y days instead of the X days.'),
  floorAtZero: boolean('True: a negative baseline is 0.'),
})
export type BaselineTerms = Infer<typeof baselineTerms>
