/** The terms of a program: what may be asked of its devices, when, how often, and how they are settled and paid. */
import { added, boolean, enumeration, type Infer, int, list, long, of, optional, record, string } from './avro.ts'
import { baselineTerms } from './baseline-terms.ts'

export const direction = enumeration('Direction', ['shed', 'take'], 'shed lowers net load, take raises it.')
export const dayType = enumeration('DayType', ['weekday', 'saturday', 'sunday', 'holiday'], 'Sort of local day.')
export const reference = enumeration('Reference', ['rated', 'nominated', 'baseline', 'live'], 'What a level is a share of.')
export const optPolicy = enumeration('OptPolicy', ['automatic', 'operator'], 'Who decides optIn or optOut toward the VTN.')
export const optDecision = enumeration('OptDecision', ['optIn', 'optOut'], 'Answer toward the VTN, spelt as OpenADR spells it.')
export type OptDecision = Infer<typeof optDecision>
export const optCause = enumeration(
  'OptCause',
  ['automatic', 'termsBroken', 'tooLittleDeliverable', 'operator', 'deadline', 'refused'],
  'What decided an answer: the terms say yes to everything, the event breaks the terms, too little could be delivered, an operator, an operator who said nothing in time, or the event means nothing here.',
)
export type OptCause = Infer<typeof optCause>
export const powerLimit = enumeration(
  'PowerLimit',
  ['eachDevice', 'allTogether'],
  'Whom a power that an event names limits: each of its devices by itself, or all of them together, divided among them.',
)
export const settledUnit = enumeration('SettledUnit', ['device', 'meter', 'resource'], 'What a result is computed for.')
export const population = enumeration('Population', ['registered', 'dispatched', 'participated'], 'Which units an event settles.')
export const missingDataRule = enumeration(
  'MissingDataRule',
  ['exclude', 'zeroReduction'],
  'What a missing event interval means when the deadline has passed: left out of the sums and flagged, or counted as no reduction.',
)

export const level = record('Level', 'What one signal level or payload type means for a device of this program.', {
  level: string('SIMPLE level (1, 2, 3) or payload type, as the signal names it.'),
  limitPermille: int('Limit as thousandths of the reference; 500 = half.'),
})
export type Level = Infer<typeof level>

export const rates = record('Rates', 'What is paid; money in millionths of the currency.', {
  currency: string('ISO 4217 code.'),
  energyMicroPerKwh: long('Paid per kWh of settled reduction, in millionths.'),
  penaltyMicroPerKwh: long('Taken per kWh short of the nomination, interval by interval, in millionths.'),
})

export const programTerms = record('ProgramTerms', 'One version of the terms of a program.', {
  title: string('Name that people use.'),
  vtnId: optional(string('VTN whose signals address the program; null = REST and Kafka only.')),
  marketContext: optional(string('OpenADR 2.0b marketContext or 3.x programName by which the VTN names it.')),
  direction: of(direction, 'Which way load is moved.'),
  zone: string('IANA time zone of the program day.'),
  seasonStart: string('First local day of the season, MM-DD.'),
  seasonEnd: string('Last local day of the season, MM-DD; before seasonStart = across the new year.'),
  dayTypes: list(dayType, 'Days on which events are allowed.'),
  holidays: list(string('Local date.'), 'Local dates counted as holidays, YYYY-MM-DD.'),
  dayStartMinute: int('Earliest local start of an event, minutes after midnight.'),
  dayEndMinute: int('Latest local end of an event, minutes after midnight; 1440 = midnight.'),
  noticeS: int('Least notice between receipt and start, seconds.'),
  minDurationS: int('Shortest event, seconds.'),
  maxDurationS: int('Longest event, seconds.'),
  maxEventsPerDay: optional(int('Events per device and local day.')),
  maxEventsPerMonth: optional(int('Events per device and local month.')),
  maxEventsPerSeason: optional(int('Events per device and season.')),
  maxHoursPerSeason: optional(int('Event hours per device and season.')),
  maxConsecutiveDays: optional(int('Days in a row with an event, per device.')),
  restS: int('Rest between two events of one device, seconds.'),
  rampS: int('Time before the start in which devices move to the level, seconds.'),
  recoveryS: int('Time after the end in which devices return, seconds.'),
  startStaggerS: int('Starts are spread over this many seconds, seeded by device id.'),
  releaseStaggerS: int('Ends are spread over this many seconds, seeded by device id.'),
  minUsefulS: int('An event with less time left than this is not sent, seconds.'),
  levels: list(level, 'Meaning of each level; a level that is not here is refused.'),
  reference: of(reference, 'What levels are a share of.'),
  testEvent: of(
    enumeration('TestEventPolicy', ['drill', 'performanceTest'], 'What a testEvent of the VTN is.'),
    'How testEvent is understood.',
  ),
  optPolicy: of(optPolicy, 'Who decides the answer toward the VTN.'),
  optDeadlineS: int('Seconds that an operator has, with optPolicy operator.'),
  optDefault: of(optDecision, 'Answer when the operator said nothing in time.'),
  minDeliverablePermille: int(
    'Answer optOut when deliverable power is below this share, thousandths, of the target or, without one, of nominatedW; 0 = never.',
  ),
  mandatory: boolean('True: a customer opt-out is recorded with its consequence and the device is commanded all the same.'),
  optOutAllowance: int('Opt-outs per device and season without consequence.'),
  precedence: int('Order between programs whose events overlap; the lower number wins.'),
  settledUnit: of(settledUnit, 'What results are computed for.'),
  population: of(population, 'Which units an event settles.'),
  stepS: int('Settlement interval, seconds: 60, 300, 900, 1800 or 3600.'),
  baseline: of(baselineTerms, 'How the baseline is computed.'),
  dataSource: string(
    'Telemetry source that makes a result final, for example ocpp or import; device = whichever protocol each device speaks.',
  ),
  dataDeadlineS: int('Seconds after the end of the event until a result is final even when data is missing.'),
  graceS: int('Seconds after the end of an interval until it is closed.'),
  missingDataRule: of(missingDataRule, 'What a missing event interval means.'),
  overcallPermille: int('With a kW target: called capacity over target, thousandths; 1100 = ten per cent over.'),
  nominatedW: optional(long('Nominated reduction of the whole program, W.')),
  rates: of(rates, 'What is paid.'),
  nominationDeadlineS: added(int('Seconds before the start of a period at which nominations for it are frozen.'), 0),
  powerLimit: added(of(powerLimit, 'Whom a power that an event names limits.'), 'eachDevice'),
})
export type ProgramTerms = Infer<typeof programTerms>
