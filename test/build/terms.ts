/** Program terms that are sound, to be changed where a test needs it. */
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import type { Program, ProgramChange } from '../../schemas/programs.ts'

/** Sound terms: weekdays and weekends, all day, all year, SIMPLE 1 to 3 at 70, 50 and 0 per cent of the rating. */
export function someTerms(changes: Partial<ProgramTerms> = {}): ProgramTerms {
  return {
    title: 'Summer shed',
    vtnId: 'vtn-1',
    marketContext: 'http://utility.example/summer-shed',
    direction: 'shed',
    zone: 'America/Los_Angeles',
    seasonStart: '01-01',
    seasonEnd: '12-31',
    dayTypes: ['weekday', 'saturday', 'sunday', 'holiday'],
    holidays: [],
    dayStartMinute: 0,
    dayEndMinute: 1440,
    noticeS: 0,
    minDurationS: 900,
    maxDurationS: 14_400,
    maxEventsPerDay: null,
    maxEventsPerMonth: null,
    maxEventsPerSeason: null,
    maxHoursPerSeason: null,
    maxConsecutiveDays: null,
    restS: 0,
    rampS: 0,
    recoveryS: 0,
    startStaggerS: 0,
    releaseStaggerS: 0,
    minUsefulS: 60,
    levels: [
      { level: '1', limitPermille: 700 },
      { level: '2', limitPermille: 500 },
      { level: '3', limitPermille: 0 },
    ],
    reference: 'rated',
    testEvent: 'drill',
    optPolicy: 'automatic',
    optDeadlineS: 0,
    optDefault: 'optIn',
    minDeliverablePermille: 0,
    mandatory: false,
    optOutAllowance: 3,
    precedence: 1,
    settledUnit: 'device',
    population: 'dispatched',
    stepS: 900,
    baseline: {
      name: '10-in-10',
      dayGrouping: 'weekdayWeekend',
      lookbackDays: 45,
      eligibleDays: 10,
      chosenDays: 10,
      minDays: 5,
      choose: 'all',
      lowUsePermille: 0,
      excludedEvents: 'dispatched',
      excludeAllPrograms: true,
      excludeDayBefore: false,
      adjustment: 'multiplicative',
      windows: [{ offsetS: -14_400, durationS: 10_800, after: false }],
      capMinPermille: 800,
      capMaxPermille: 1200,
      upOnly: false,
      denominatorAllEligible: false,
      floorAtZero: true,
    },
    dataSource: 'ocpp',
    dataDeadlineS: 86_400,
    graceS: 600,
    missingDataRule: 'exclude',
    overcallPermille: 1000,
    nominatedW: null,
    rates: { currency: 'USD', energyMicroPerKwh: 2_000_000, penaltyMicroPerKwh: 500_000 },
    nominationDeadlineS: 0,
    powerLimit: 'eachDevice',
    ...changes,
  }
}

/** A recorded version of a program. */
export function aProgramChange(changes: Partial<ProgramChange> = {}): ProgramChange {
  const programId = changes.programId ?? 'summer-shed'
  return {
    changeId: `terms of ${programId}`,
    programId,
    terms: someTerms(),
    effectiveFromMs: 0,
    withdrawn: false,
    recordedBy: 'test',
    reason: 'test',
    source: null,
    ...changes,
  }
}

/** A program with one version, in force since 1970. */
export function aProgram(programId = 'summer-shed', terms: Partial<ProgramTerms> = {}): Program {
  return { programId, versions: [{ version: 1, changeOffset: 0, effectiveFromMs: 0, withdrawn: false, terms: someTerms(terms) }] }
}
