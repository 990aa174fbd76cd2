/** The two programs of the demo, as the file that `drover programs apply` reads. */
import { someTerms } from '../build/terms.ts'

/** Where the simulated devices' habits are at home. */
export const ZONE = 'Europe/London'
export const VTN_ID = 'utility-1'
export const MAIN_PROGRAM = 'evening-shed'
export const OTHER_PROGRAM = 'grid-emergency'
export const MAIN_CONTEXT = 'http://utility.example/evening-shed'

/** A tenth of an hour after an interval it is closed; results are final when all telemetry is there, at the latest after six hours. */
const shared = {
  vtnId: VTN_ID,
  zone: ZONE,
  noticeS: 120,
  minDurationS: 900,
  maxDurationS: 14_400,
  minUsefulS: 300,
  graceS: 360,
  dataDeadlineS: 21_600,
  dataSource: 'device',
}

export const programFile = (): string =>
  JSON.stringify([
    {
      programId: MAIN_PROGRAM,
      effectiveFromMs: 0,
      terms: someTerms({ ...shared, title: 'Evening shed', marketContext: MAIN_CONTEXT, precedence: 2 }),
    },
    {
      programId: OTHER_PROGRAM,
      effectiveFromMs: 0,
      terms: someTerms({ ...shared, title: 'Grid emergency', marketContext: 'http://utility.example/grid-emergency', precedence: 1 }),
    },
  ])
