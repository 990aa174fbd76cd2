/** What happens before and around an event, done through the doors that operators, utilities and chargers use. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EnrollmentChange } from '../../../schemas/enrollment.ts'
import { sendChanges } from '../../demo/drover.ts'
import { writeHistory } from '../../demo/history-file.ts'
import { MAIN_CONTEXT, programFile } from '../../demo/programs.ts'
import { registryFile } from '../../demo/registry-file.ts'
import { registeredAs } from '../../fleet/mixed/chargers.ts'
import { eventually } from '../../support/eventually.ts'
import type { Stage } from './stage.ts'

const STEP_MS = 900_000
const DAY_MS = 86_400_000
/** Three weeks hold enough weekend days, too, for a baseline of either kind. */
const HISTORY_DAYS = 21

export interface PostedEvent {
  readonly theirEventId: string
  readonly startMs: number
  readonly endMs: number
}

/** Applies programs, enrols the whole fleet, then makes the changes that set devices apart. */
export async function enroll(stage: Stage, changes: readonly EnrollmentChange[] = []): Promise<void> {
  const { vtn, fleet, clock, dataDir } = stage
  await eventually('the registration with the VTN', () => vtn.registrations().length > 0)
  const programs = join(dataDir, 'programs.json')
  writeFileSync(programs, programFile())
  await stage.drover('programs', 'apply', programs)
  const file = join(dataDir, 'fleet.csv')
  writeFileSync(file, registryFile({ ids: fleet.ids, attributesOf: registeredAs(fleet) }, clock.nowMs() - (HISTORY_DAYS + 1) * DAY_MS))
  await stage.drover('enroll', 'import', file)
  if (changes.length > 0) await sendChanges(stage.running.stack, changes)
}

export const isOnline = ({ fleet }: Stage, id: string): boolean => fleet.traitsOf(id).presence === 'online'

/** Connects the fleet, waits for its first clock-aligned values, and imports its past up to them. */
export async function connectAndImport(stage: Stage): Promise<void> {
  const { fleet, clock, dataDir } = stage
  fleet.start()
  const online = fleet.ids().filter((id) => isOnline(stage, id)).length
  await eventually('the fleet is connected', () => fleet.stats().connected >= online)
  const boundaryMs = Math.ceil((clock.nowMs() + 60_000) / STEP_MS) * STEP_MS
  await clockShows(stage, boundaryMs + 60_000)
  const file = join(dataDir, 'history.csv')
  await writeHistory(fleet, file, boundaryMs - HISTORY_DAYS * DAY_MS, boundaryMs)
  await stage.drover('telemetry', 'import', file, '--wait')
}

/** The VTN issues an event that starts on the first quarter hour after the notice, with one level for each quarter hour. */
export function postEvent({ vtn, clock }: Stage, theirEventId: string, noticeMs: number, levels: readonly number[]): PostedEvent {
  const startMs = Math.ceil((clock.nowMs() + noticeMs) / STEP_MS) * STEP_MS
  vtn.postEvent({
    eventID: theirEventId,
    marketContext: MAIN_CONTEXT,
    activePeriod: { startMs, durationS: levels.length * 900 },
    signals: signalsOf(levels),
    targets: [],
  })
  return { theirEventId, startMs, endMs: startMs + levels.length * STEP_MS }
}

/** The signals of an event with one level for each quarter hour. */
export const signalsOf = (levels: readonly number[]) => [
  {
    signalID: 'simple',
    signalName: 'SIMPLE' as const,
    signalType: 'level' as const,
    intervals: levels.map((value, index) => ({ uid: String(index), durationS: 900, value })),
    targets: [],
  },
]

export async function clockShows({ clock }: Stage, atMs: number): Promise<void> {
  const leftMs = (atMs - clock.nowMs()) / clock.rate
  await eventually(`the clock shows ${new Date(atMs).toISOString()}`, () => clock.nowMs() >= atMs, leftMs + 30_000)
}
