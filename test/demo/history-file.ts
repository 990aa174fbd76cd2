/** Writes the fleet's metered past as the file that `drover telemetry import` reads: one row per charger and day of quarter hours. */
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { Fleet } from '../fleet/fleet.ts'

const STEP_MS = 900_000
const PER_ROW = 96

/** Rows for `days` days up to `untilMs`, which lies on a quarter hour. Resolves with the number of intervals. */
export async function writeHistory(fleet: Fleet, file: string, untilMs: number, days: number): Promise<number> {
  // The fleet lives on the same event loop: waiting for the disk at every row would cost a turn of it each.
  const out = createWriteStream(file, { highWaterMark: 32 << 20 })
  const names = Array.from({ length: PER_ROW }, (_, index) => `v${index + 1}`)
  out.write(`deviceId,channel,start,stepS,${names.join(',')}\n`)
  const fromMs = untilMs - days * PER_ROW * STEP_MS
  for (const id of fleet.ids()) {
    const values = fleet.historyIntervalsWh(id, fromMs, STEP_MS, days * PER_ROW)
    const rows = Array.from({ length: days }, (_, day) => {
      const start = new Date(fromMs + day * PER_ROW * STEP_MS).toISOString()
      return `${id},import,${start},900,${values.slice(day * PER_ROW, (day + 1) * PER_ROW).join(',')}\n`
    })
    if (!out.write(rows.join(''))) await new Promise<void>((resolve) => out.once('drain', () => resolve()))
  }
  out.end()
  await finished(out)
  return fleet.ids().length * days * PER_ROW
}
