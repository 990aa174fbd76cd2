/** How far the loader has come, kept in ClickHouse itself: written after the rows, so that a crash between loads them again. */
import type { Position } from './batch.ts'
import type { Engine } from './engine.ts'

/** Next offset to read by `topic-partition`; nothing was loaded of those that are absent. */
export async function readPositions(engine: Engine): Promise<Map<string, number>> {
  const rows = await engine.rows<{ topic: string; partition: number; next: number }>(
    'SELECT topic, partition, max(next_offset) AS next FROM drover.loader_positions GROUP BY topic, partition',
  )
  return new Map(rows.map(({ topic, partition, next }) => [`${topic}-${partition}`, next]))
}

/** Settles when queries see them. */
export async function writePositions(engine: Engine, positions: readonly Position[], nowMs: number): Promise<void> {
  const rows = positions.map(
    ({ topic, partition, nextOffset }) =>
      `('${topic}', ${partition}, ${nextOffset}, fromUnixTimestamp64Milli(${Math.floor(nowMs)}, 'UTC'))`,
  )
  await engine.command(`INSERT INTO drover.loader_positions (topic, partition, next_offset, loaded_at) VALUES ${rows.join(', ')}`)
}
