/** Kinds of days and their grouping. */
import { describe, expect, it } from 'vitest'
import {
  groupOfKind,
  kindOfDay,
  programCalendar,
  WEEKDAY_AND_REST,
  WEEKDAY_SATURDAY_SUNDAY,
} from '../../../processors/calendar/day-kind.ts'
import { numberOfDay } from '../../../processors/calendar/local-day.ts'

const calendar = programCalendar(['2025-07-04'])

describe('kind of day', () => {
  it.each([
    ['2025-07-03', 'weekday'],
    ['2025-07-04', 'holiday'],
    ['2025-07-05', 'saturday'],
    ['2025-07-06', 'sunday'],
    ['2025-07-07', 'weekday'],
    ['1969-12-28', 'sunday'],
  ])('%s is a %s', (day, kind) => {
    expect(kindOfDay(numberOfDay(day), calendar)).toBe(kind)
  })

  it('falls into the group that names it', () => {
    expect(groupOfKind('saturday', WEEKDAY_AND_REST)).toBe(groupOfKind('holiday', WEEKDAY_AND_REST))
    expect(groupOfKind('saturday', WEEKDAY_SATURDAY_SUNDAY)).not.toBe(groupOfKind('sunday', WEEKDAY_SATURDAY_SUNDAY))
    expect(groupOfKind('saturday', [['weekday']])).toBe(-1)
  })
})
