/** Any scene for the plan: programs, events of them, a device, and two times. */
import fc from 'fast-check'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import type { ProgramTerms } from '../../../schemas/program-terms.ts'
import type { Program } from '../../../schemas/programs.ts'
import type { UtilityEvent } from '../../../schemas/utility.ts'
import { aDevice, anEnrollment } from '../../build/devices.ts'
import { anEvent, anInterval, MINUTE_MS, NOON_MS } from '../../build/events.ts'
import { aProgram } from '../../build/terms.ts'

const at = (minutes: number): number => NOON_MS + minutes * MINUTE_MS
const names = ['A', 'B', 'C'] as const
const minute = fc.integer({ min: -120, max: 600 })

const terms: fc.Arbitrary<Partial<ProgramTerms>> = fc.record({
  precedence: fc.integer({ min: 1, max: 2 }),
  startStaggerS: fc.constantFrom(0, 300),
  releaseStaggerS: fc.constantFrom(0, 300),
  rampS: fc.constantFrom(0, 120),
  maxEventsPerDay: fc.constantFrom(null, 1, 2),
  maxHoursPerSeason: fc.constantFrom(null, null, 1, 2),
  restS: fc.constantFrom(0, 1800),
  minDurationS: fc.constant(0),
})
const programs: fc.Arbitrary<readonly Program[]> = fc
  .tuple(terms, terms, terms)
  .map((all) => all.map((each, index) => aProgram(names[index] ?? 'A', each)))

const event = (eventId: string): fc.Arbitrary<UtilityEvent> =>
  fc
    .record({
      programId: fc.constantFrom(...names),
      start: fc.integer({ min: 0, max: 300 }),
      lengths: fc.array(fc.integer({ min: 5, max: 60 }), { minLength: 1, maxLength: 3 }),
      levels: fc.array(fc.constantFrom('1', '2', '3'), { minLength: 3, maxLength: 3 }),
      rank: fc.integer({ min: 1, max: 3 }),
      randomizeStartS: fc.constantFrom(0, 0, 600),
      test: fc.constantFrom('none' as const, 'drill' as const),
    })
    .map(({ start, lengths, levels, ...rest }) => {
      const ends = lengths.map((_, index) => start + lengths.slice(0, index + 1).reduce((sum, length) => sum + length, 0))
      const intervals = ends.map((end, index) => anInterval(at(ends[index - 1] ?? start), at(end), levels[index] ?? '1'))
      return anEvent({ eventId, intervals, receivedMs: at(-180), ...rest })
    })
const events = fc.integer({ min: 0, max: 4 }).chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => event(`e${index}`))))

const period = fc
  .tuple(minute, fc.option(fc.integer({ min: 1, max: 200 })))
  .map(([from, length]) => ({ fromMs: at(from), untilMs: length === null ? null : at(from + length) }))

const device = (known: readonly Program[]): fc.Arbitrary<DeviceState> =>
  fc
    .record({
      deviceId: fc.constantFrom('d-1', 'd-2', 'd-3'),
      standingLimitW: fc.option(fc.integer({ min: 0, max: 12_000 })),
      suspensions: fc.array(
        period.map((one) => ({ programId: null, held: false, ...one })),
        { maxLength: 1 },
      ),
      optOuts: fc.array(
        period.map((one) => ({ eventId: 'e0', actor: 'customer' as const, ...one })),
        { maxLength: 1 },
      ),
      enrolled: fc.subarray([...names], { minLength: 1 }),
    })
    .map(({ standingLimitW, enrolled, ...rest }) =>
      aDevice({ ...rest, programs: known, attributes: { standingLimitW }, enrollments: enrolled.map((id) => anEnrollment(id)) }),
    )

export const scenes = programs.chain((known) =>
  fc.record({ programs: fc.constant(known), events, device: device(known), nowMs: minute.map(at), laterMs: minute.map(at) }),
)
