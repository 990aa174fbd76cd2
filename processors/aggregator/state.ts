/** What the aggregator remembers: open windows per stream, the days it may still have to revise, and how far a pass is. */
import { enumeration, type Infer, int, list, long, of, optional, record, string } from '../../schemas/avro.ts'
import { channel } from '../../schemas/common.ts'
import { readingSource } from '../../schemas/telemetry.ts'

/** A stream: what one source says about one channel of one device. */
const stream = {
  deviceId: string('Device or meter.'),
  channel: of(channel, 'Channel.'),
  source: of(readingSource, 'Source.'),
}

const sum = {
  wh: long('Energy, Wh.'),
  coveredMs: long('Time that readings cover, ms.'),
  estimatedMs: long('Of it estimated, ms.'),
  modelledMs: long('Of it modelled, ms.'),
  editedMs: long('Of it edited, ms.'),
}
export const windowPart = record('AggregatorPart', 'What register differences put into a window.', {
  register: string('Register.'),
  ...sum,
})
export type WindowPart = Infer<typeof windowPart>

export const openWindow = record('AggregatorWindow', 'A window that was not closed yet.', {
  startMs: long('Start, epoch ms UTC.'),
  stepS: int('Length, seconds.'),
  parts: list(windowPart, 'By register.'),
})
export type OpenWindow = Infer<typeof openWindow>

export const aggregatorStream = record('AggregatorStream', 'Open windows of a stream, and what is left of forgotten days.', {
  ...stream,
  windows: list(openWindow, 'By start.'),
  sealedUntilMs: long('Days that start before were closed and forgotten, unless they are still held; epoch ms UTC.'),
  sealedRevision: int('Greatest revision in a forgotten day.'),
})
export type AggregatorStream = Infer<typeof aggregatorStream>

const daySums = record('AggregatorSums', 'Register differences of a day, one place per window.', {
  register: string('Register.'),
  wh: list(sum.wh, 'Energy, Wh.'),
  coveredMs: list(sum.coveredMs, 'Covered, ms.'),
  estimatedMs: list(sum.estimatedMs, 'Estimated, ms.'),
  modelledMs: list(sum.modelledMs, 'Modelled, ms.'),
  editedMs: list(sum.editedMs, 'Edited, ms.'),
})
export type DaySums = Infer<typeof daySums>

const dayGrid = record('AggregatorGrid', 'Stated intervals of a day, one place per slot.', {
  register: string('Register.'),
  slotS: int('Length of a slot, seconds.'),
  wh: list(long('Energy, Wh.'), 'Energies.'),
  quality: list(int('Code.'), 'Index into Quality; the index of missing where nothing was stated.'),
})
export type DayGrid = Infer<typeof dayGrid>

export const aggregatorDay = record('AggregatorDay', 'One day of a stream, 24 hours from startMs.', {
  ...stream,
  startMs: long('Start of the first window, epoch ms UTC.'),
  stepS: int('Length of a window, seconds; a day keeps the one it began with.'),
  sums: list(daySums, 'By register.'),
  grids: list(dayGrid, 'By register and slot length.'),
  revisions: list(int('Revision.'), 'Revision of each window that was written last; 0 = none.'),
  baseRevision: int('Revisions of this day count on from here.'),
  touchedMs: long('Last change, epoch ms UTC.'),
})
export type AggregatorDay = Infer<typeof aggregatorDay>

export const pendingWindows = record('AggregatorPending', 'Windows of a day that changed and wait for a tick, as they were written last.', {
  ...stream,
  dayMs: long('Start of the day.'),
  index: list(int('Window.'), 'Which windows.'),
  wh: list(long('Energy, Wh.'), 'Energy.'),
  coveragePermille: list(int('Thousandths.'), 'Coverage.'),
  quality: list(int('Code.'), 'Index into Quality.'),
})
export type PendingWindows = Infer<typeof pendingWindows>

const askedStretch = record('AggregatorAsked', 'A gap whose values were asked for.', {
  gapId: string('Gap.'),
  fromMs: long('First instant without a value, epoch ms UTC.'),
  untilMs: optional(long('End, exclusive, epoch ms UTC; null = readings had not ended it yet.')),
})
export const askedGaps = record('AggregatorGaps', 'Gaps of a channel whose values were asked for, and not given up.', {
  gaps: list(askedStretch, 'The newest last.'),
})
export type AskedGaps = Infer<typeof askedGaps>

export const aggregatorPass = record('AggregatorPass', 'How far a pass over all streams is.', {
  stage: of(enumeration('AggregatorStage', ['rest', 'windows', 'pending', 'forget'], 'What it is doing.'), 'Stage.'),
  cursor: string('Last key done; empty = none.'),
  forgetCursor: string('Last day looked at; empty = none.'),
  nextMs: long('When the next pass may begin, epoch ms UTC.'),
})
export type AggregatorPass = Infer<typeof aggregatorPass>
