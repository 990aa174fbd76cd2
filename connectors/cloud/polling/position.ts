/** How far the telemetry of a device and stream was got, as the log of polls has it. */
import type { PollPosition } from '../../../schemas/telemetry.ts'

export interface Position {
  /** Values are on the log up to here, epoch ms UTC. */
  readonly untilMs: number
  /** When recent days were last asked for again. */
  readonly restatedMs: number
  /** When it was last asked, answered or not; not on the log. */
  readonly polledMs: number
  /** When the position was last written. */
  readonly writtenMs: number
  /** What the values of recent UTC days came to, by start of the day. */
  readonly digests: ReadonlyMap<number, string>
}

/** Digests of so many days are kept. */
const MOST_DAYS = 35

/** One device's stream among others. */
export const streamKey = (deviceId: string, stream: string): string => `${deviceId}\u0000${stream}`

export const positionOf = ({ untilMs, restatedMs, atMs, days, digests }: PollPosition): Position => ({
  untilMs,
  restatedMs,
  polledMs: atMs,
  writtenMs: atMs,
  digests: new Map(days.map((day, index) => [day, digests[index] ?? ''])),
})

/** The newest digests by day; older days than those kept are forgotten. */
export function withDigests(before: ReadonlyMap<number, string>, fresh: ReadonlyMap<number, string>): ReadonlyMap<number, string> {
  const all = new Map([...before, ...fresh])
  return new Map([...all].sort(([a], [b]) => a - b).slice(-MOST_DAYS))
}
