/** Rows of the runtime itself: what could not be read, and what each transaction took. */
import { rejectedRecords, runtimeJournal } from '../../../topics/catalogue.ts'
import { int32, int64, list, text } from './cells.ts'
import { rowsOf } from './declare.ts'

export const rejectedRows = rowsOf(rejectedRecords, 'rejected_rows', (column) => ({
  rejected_topic: column(text, (rejected) => rejected.topic),
  rejected_partition: column(int32, (rejected) => rejected.partition),
  rejected_offset: column(int64, (rejected) => rejected.offset),
  place: column(text, (rejected) => rejected.place),
  reason: column(text, (rejected) => rejected.reason),
  detail: column(text, (rejected) => rejected.detail),
  rejected_by: column(text, (rejected) => rejected.rejectedBy),
  value_bytes: column(int32, (rejected) => rejected.value?.length ?? 0),
  rejected_at: column(int64, (rejected) => rejected.atMs),
}))

export const journalRows = rowsOf(runtimeJournal, 'journal_rows', (column) => ({
  task: column(text, (entry) => entry.task),
  now_at: column(int64, (entry) => entry.nowMs),
  code_version: column(text, (entry) => entry.codeVersion),
  step_kinds: column(list(text), (entry) => entry.steps.map(({ kind }) => kind)),
  step_topics: column(list(text), (entry) => entry.steps.map(({ topic }) => topic)),
  step_from_offsets: column(list(int64), (entry) => entry.steps.map(({ fromOffset }) => fromOffset)),
  step_to_offsets: column(list(int64), (entry) => entry.steps.map(({ toOffset }) => toOffset)),
}))
