/** The interval length and grace of a device, as its programs want them. */
import type { DeviceState } from '../../schemas/enrollment.ts'
import type { Program } from '../../schemas/programs.ts'
import { offsetMsAt } from '../calendar/zone-offset.ts'
import { termsAt } from '../terms/terms-at.ts'

export interface Granularity {
  readonly stepS: number
  /** How far the grid stands from UTC midnight, ms; not 0 only for steps longer than the quarter of an hour. */
  readonly phaseMs: number
  /** Time after the end of an interval before it closes. */
  readonly graceMs: number
}

const DEFAULT_STEP_S = 900
const DEFAULT_GRACE_S = 120

/** The shortest interval and the longest grace of the programs that the device is in at that time or later; 15 minutes where it is in none. */
export function granularityOf(
  device: DeviceState | undefined,
  programOf: (programId: string) => Program | undefined,
  atMs: number,
): Granularity {
  let [stepS, graceS, zone] = [0, 0, 'UTC']
  for (const { programId, untilMs } of device?.enrollments ?? []) {
    const program = untilMs === null || untilMs > atMs ? programOf(programId) : undefined
    const terms = program && termsAt(program, atMs)
    if (!terms) continue
    graceS = Math.max(graceS, terms.graceS)
    if (stepS === 0 || terms.stepS < stepS) [stepS, zone] = [terms.stepS, terms.zone]
  }
  if (stepS === 0) return { stepS: DEFAULT_STEP_S, phaseMs: 0, graceMs: DEFAULT_GRACE_S * 1000 }
  return { stepS, phaseMs: phaseOf(stepS * 1000, zone, atMs), graceMs: graceS * 1000 }
}

/** Intervals start on the local hour; where a zone shifts by less than a step (Lord Howe), the grid shifts with it. */
function phaseOf(stepMs: number, zone: string, atMs: number): number {
  if (stepMs <= 900_000) return 0
  return ((-offsetMsAt(atMs, zone) % stepMs) + stepMs) % stepMs
}
