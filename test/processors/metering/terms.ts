/** Program terms, programs and devices for tests: ordinary values, each changed as a test needs. */
import type { DeviceState } from '../../../schemas/enrollment.ts'
import type { ProgramTerms } from '../../../schemas/program-terms.ts'
import type { Program } from '../../../schemas/programs.ts'
import { someTerms } from '../../build/terms.ts'

export const ZONE = 'America/Los_Angeles'

/** Ten of the last ten weekdays, not adjusted; everything may be called at once, at one level. */
export const aTerms = (changes: Partial<ProgramTerms> = {}): ProgramTerms =>
  someTerms({
    title: 'Test program',
    vtnId: null,
    marketContext: null,
    zone: ZONE,
    minUsefulS: 0,
    levels: [{ level: '1', limitPermille: 500 }],
    optOutAllowance: 0,
    baseline: {
      ...someTerms().baseline,
      excludeAllPrograms: false,
      adjustment: 'none',
      windows: [],
      capMinPermille: null,
      capMaxPermille: null,
      floorAtZero: false,
    },
    dataSource: 'loopback',
    graceS: 120,
    rates: { currency: 'USD', energyMicroPerKwh: 2_000_000, penaltyMicroPerKwh: 0 },
    ...changes,
  })

export const aProgram = (programId: string, terms: ProgramTerms = aTerms()): Program => ({
  programId,
  versions: [{ version: 1, changeOffset: 0, effectiveFromMs: 0, withdrawn: false, terms }],
})

/** A charger of 7 kW on the loopback protocol, enrolled from the beginning of time. */
export const aDevice = (deviceId: string, changes: Partial<DeviceState> = {}, programIds: readonly string[] = []): DeviceState => ({
  deviceId,
  attributes: {
    protocol: 'loopback',
    vendor: 'acme',
    model: 'one',
    ratedW: 7000,
    standingLimitW: null,
    minimumW: 0,
    phases: 1,
    voltageV: 230,
    limitUnit: 'W',
    cadenceS: 0,
    credential: '',
    placeId: '',
    extra: {},
  },
  memberships: [],
  enrollments: programIds.map((programId) => ({
    programId,
    resourceId: null,
    fromMs: 0,
    untilMs: null,
    registration: 'none',
    termsVersion: 1,
  })),
  suspensions: [],
  optOuts: [],
  templates: [],
  registeredMs: 0,
  terminatedMs: null,
  lastChangeOffset: 0,
  ...changes,
})
