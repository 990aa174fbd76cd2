/** Compares ClickHouse with the log, record by record: every one loaded is there once, with all its rows. */
import { rowMakers } from '../../../gateway/analytics/loaded-topics.ts'
import type { RowMaker } from '../../../gateway/analytics/rows/declare.ts'
import type { AnyTopic } from '../../../topics/define.ts'
import type { Analyst } from '../../support/analyst.ts'
import type { LogSnapshot, Valued } from './log-snapshot.ts'

/** All topics that ClickHouse is loaded from. */
export const loadedTopics: readonly AnyTopic[] = rowMakers.map(({ topic }) => topic)

/** Blocks are exploded on their way in; what stays is in the table of rows. */
const tableOf = ({ table }: RowMaker): string => table.replace(/_blocks$/, '_rows')

/** Rows by topic-partition-offset. */
type Rows = ReadonlyMap<string, number>

async function rowsThere(analyst: Analyst): Promise<Rows> {
  const tables = [...new Set(rowMakers.map(tableOf))]
  const each = tables.map((table) => `SELECT topic, partition, offset FROM ${table} FINAL`)
  const found = await analyst.ask<{ topic: string; partition: number; offset: number; rows: number }>(
    `SELECT topic, partition, offset, count() AS rows FROM (${each.join(' UNION ALL ')}) GROUP BY topic, partition, offset`,
  )
  return new Map(found.map(({ topic, partition, offset, rows }) => [`${topic}-${partition}-${offset}`, Number(rows)]))
}

const placeOf = ({ topic, partition, offset }: Valued<unknown>): string => `${topic}-${partition}-${offset}`

/** Whether a place lies before the end of the snapshot. */
function isWithin(log: LogSnapshot): (place: string) => boolean {
  const ends = new Map<string, number>()
  for (const { topic, partition, offset } of rowMakers.flatMap((maker) => log.records<unknown>(maker.topic)))
    ends.set(`${topic}-${partition}`, Math.max(offset, ends.get(`${topic}-${partition}`) ?? -1))
  return (place) => {
    const at = place.lastIndexOf('-')
    return Number(place.slice(at + 1)) <= (ends.get(place.slice(0, at)) ?? -1)
  }
}

/** What is lost, doubled or made up in ClickHouse, up to the end of the snapshot. */
export async function compareClickhouse(analyst: Analyst, log: LogSnapshot): Promise<readonly string[]> {
  const due = new Map(
    rowMakers.flatMap((maker) => log.records<unknown>(maker.topic).map((record) => [placeOf(record), maker.weigh(record)] as const)),
  )
  const there = await rowsThere(analyst)
  const isBefore = isWithin(log)
  const differing = [...due].filter(([place, rows]) => (there.get(place) ?? 0) !== rows)
  return [
    ...differing.map(([place, rows]) => `${place}: ${there.get(place) ?? 0} rows instead of ${rows}`),
    ...[...there.keys()].filter((place) => !due.has(place) && isBefore(place)).map((place) => `${place}: rows of no record`),
  ]
}
