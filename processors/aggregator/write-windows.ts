/** Writes windows of days as blocks of intervals with their next revision. */
import { type IntervalBlock, MAX_BLOCK_VALUES } from '../../schemas/telemetry.ts'
import { MISSING, QUALITIES } from './day.ts'
import type { StreamDraft } from './draft.ts'
import type { AggregatorDay } from './state.ts'
import type { WindowEnergy } from './window-energy.ts'

/** A window to write: what it comes to now, and what was written of it last (null = nothing). */
export interface DueWindow {
  readonly index: number
  readonly energy: WindowEnergy
  readonly before: WindowEnergy | null
}

interface Run {
  readonly reason: IntervalBlock['reason']
  readonly revision: number
  readonly windows: readonly DueWindow[]
}

const ESTIMATED = QUALITIES.indexOf('estimated')

/** Writes the windows of one day, given by ascending index, in blocks of neighbours with one reason; returns the day with its revisions. */
export function writeWindows(draft: StreamDraft, day: AggregatorDay, due: readonly DueWindow[]): AggregatorDay {
  const revisions = [...day.revisions]
  for (const run of runsOf(draft, day, due)) {
    for (const { index } of run.windows) revisions[index] = run.revision
    draft.emit(blockOf(day, run))
  }
  return { ...day, revisions }
}

function runsOf(draft: StreamDraft, day: AggregatorDay, due: readonly DueWindow[]): Run[] {
  const runs: (Run & { revision: number; readonly windows: DueWindow[] })[] = []
  for (const window of due) {
    const reason = reasonOf(draft, day, window)
    const revision = Math.max(day.revisions[window.index] ?? 0, day.baseRevision) + 1
    const run = runs.at(-1)
    const follows = run?.reason === reason && run.windows.at(-1)?.index === window.index - 1 && run.windows.length < MAX_BLOCK_VALUES
    if (run && follows) {
      run.windows.push(window)
      run.revision = Math.max(run.revision, revision)
    } else runs.push({ reason, revision, windows: [window] })
  }
  return runs
}

function reasonOf(draft: StreamDraft, day: AggregatorDay, window: DueWindow): IntervalBlock['reason'] {
  if (isRecovered(draft, day, window)) return 'recovered'
  const { index, energy, before } = window
  if ((day.revisions[index] ?? 0) === 0 && day.baseRevision === 0) return 'initial'
  return before === null || energy.coveragePermille > before.coveragePermille ? 'late' : 'edited'
}

/** Values that were asked for came: they cover more than was known, or take the place of an even share of what lay between two registers. */
function isRecovered(draft: StreamDraft, day: AggregatorDay, { index, energy, before }: DueWindow): boolean {
  const startMs = day.startMs + index * day.stepS * 1000
  if (energy.quality === ESTIMATED || !draft.isAsked(startMs, startMs + day.stepS * 1000)) return false
  return before === null || before.quality === ESTIMATED || energy.coveragePermille > before.coveragePermille
}

function blockOf(day: AggregatorDay, { reason, revision, windows }: Run): IntervalBlock {
  const { deviceId, channel, source, stepS } = day
  return {
    deviceId,
    channel,
    source,
    startMs: day.startMs + (windows[0]?.index ?? 0) * stepS * 1000,
    stepS,
    revision,
    reason,
    values: windows.map(({ energy }) => energy.wh),
    qualities: windows.map(({ energy }) => QUALITIES[energy.quality] ?? QUALITIES[MISSING] ?? 'missing'),
    coveragePermille: windows.map(({ energy }) => energy.coveragePermille),
  }
}
