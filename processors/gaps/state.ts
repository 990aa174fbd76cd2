/** What the gap detector remembers of each channel of a device, and how far a pass is. */
import { added, boolean, type Infer, list, long, of, optional, record, string } from '../../schemas/avro.ts'
import { channel } from '../../schemas/common.ts'
import { gapStatus } from '../../schemas/telemetry.ts'

const watchedGap = record('WatchedGap', 'A gap that is not settled yet.', {
  fromMs: long('First instant without a value, epoch ms UTC.'),
  untilMs: long('End, exclusive, epoch ms UTC; with endedMs null as it was told last.'),
  missingFrom: list(long('Epoch ms UTC.'), 'Starts of what is still missing, ascending.'),
  missingUntil: list(long('Epoch ms UTC.'), 'Their ends; the last one is open while endedMs is null.'),
  energyWh: optional(long('Energy between the registers, Wh.')),
  carried: boolean('True: intervals carry it.'),
  status: optional(of(gapStatus, 'What was told last; null = nothing yet.')),
  revision: long('Revision told last.'),
  detectedMs: long('When it was told first, epoch ms UTC.'),
  endedMs: optional(long('When readings came again, epoch ms UTC; null = still silent.')),
  endTold: added(boolean('True: what was told last says when readings came again.'), false),
})
export type WatchedGap = Infer<typeof watchedGap>

export const watchedChannel = record('WatchedChannel', 'A channel that a device is expected to report.', {
  deviceId: string('Device or meter.'),
  channel: of(channel, 'Channel.'),
  heard: boolean('True: readings came.'),
  coveredUntilMs: long('Readings reach at least to here, epoch ms UTC.'),
  gaps: list(watchedGap, 'By start.'),
})
export type WatchedChannel = Infer<typeof watchedChannel>

export const gapPass = record('GapPass', 'How far a pass over all channels is.', {
  cursor: optional(string('Last key done; null = resting.')),
  nextMs: long('When the next pass may begin, epoch ms UTC.'),
})
export type GapPass = Infer<typeof gapPass>
