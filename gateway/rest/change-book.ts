/** Keeps which versions of program terms were recorded, so that the same one is recorded once. */
import type { LogReader } from '../../processors/runtime/log.ts'
import { programsChanges } from '../../topics/catalogue.ts'

export interface RecordedChange {
  readonly partition: number
  readonly offset: number
  /** What the record says of where it came from. */
  readonly source: string
}

export interface ChangeBook {
  /** The first change with this id; undefined = never seen. */
  changeOf(changeId: string): RecordedChange | undefined
  /** Notes what this process wrote, before it comes back from the log. */
  note(changeId: string, change: RecordedChange): void
  stop(): Promise<void>
}

/** Settles once everything that was on the log at the start is known. */
export async function openChangeBook(reader: LogReader): Promise<ChangeBook> {
  const known = new Map<string, RecordedChange>()
  const note = (changeId: string, change: RecordedChange): void => {
    if (!known.has(changeId)) known.set(changeId, change)
  }
  const following = await reader.follow([programsChanges], 'beginning', (records) => {
    for (const { value, partition, offset } of records) if (value) note(value.changeId, { partition, offset, source: value.source ?? '' })
  })
  await following.caughtUp
  return { changeOf: (changeId) => known.get(changeId), note, stop: following.stop }
}
