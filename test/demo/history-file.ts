/** Writes the fleet's metered past as the file that `drover telemetry import` reads: one row per device and stretch of up to a day of quarter hours. */
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { MixedFleet } from '../fleet/mixed/fleet.ts'

const STEP_MS = 900_000
const PER_ROW = 96

/** Rows from one quarter hour to another. Resolves with the number of intervals. */
export async function writeHistory(
  fleet: Pick<MixedFleet, 'ids' | 'historyIntervalsWh'>,
  file: string,
  fromMs: number,
  untilMs: number,
): Promise<number> {
  // The fleet lives on the same event loop: waiting for the disk at every row would cost a turn of it each.
  const out = createWriteStream(file, { highWaterMark: 32 << 20 })
  const names = Array.from({ length: PER_ROW }, (_, index) => `v${index + 1}`)
  out.write(`deviceId,channel,start,stepS,${names.join(',')}\n`)
  const intervals = (untilMs - fromMs) / STEP_MS
  for (const id of fleet.ids()) {
    const values = fleet.historyIntervalsWh(id, fromMs, STEP_MS, intervals)
    const rows = Array.from({ length: Math.ceil(intervals / PER_ROW) }, (_, row) => {
      const start = new Date(fromMs + row * PER_ROW * STEP_MS).toISOString()
      const inRow = Array.from({ length: PER_ROW }, (_, index) => values[row * PER_ROW + index] ?? '')
      return `${id},import,${start},900,${inRow.join(',')}\n`
    })
    if (!out.write(rows.join(''))) await new Promise<void>((resolve) => out.once('drain', () => resolve()))
  }
  out.end()
  await finished(out)
  return fleet.ids().length * intervals
}
