/** Records of the runtime itself: journal, rejected records, and skips. */
import { bytes, enumeration, type Infer, int, list, long, of, optional, record, string } from './avro.ts'

export const stepKind = enumeration(
  'StepKind',
  ['input', 'tick', 'work', 'answer'],
  'What a task did: took records, saw the time, worked on a pass, or took an answer from outside.',
)
export const journalStep = record('JournalStep', 'A step of a task, in order.', {
  kind: of(stepKind, 'What it did.'),
  topic: string('With input: the topic; with answer: the name of the question.'),
  fromOffset: long('With input: first offset; with work: budget; else 0.'),
  toOffset: long('With input: last offset, inclusive; else 0.'),
})
export type JournalStep = Infer<typeof journalStep>
export const journalEntry = record('JournalEntry', 'What one transaction of a task took, so that a replay takes the same.', {
  task: string('Sub-topology and partition.'),
  nowMs: long('The time that every decision of the transaction saw, epoch ms UTC.'),
  codeVersion: string('Version of the code.'),
  steps: list(journalStep, 'Steps in order.'),
})
export type JournalEntry = Infer<typeof journalEntry>

export const rejectReason = enumeration(
  'RejectReason',
  ['notAvro', 'unknownSchema', 'schemaMismatch', 'invalidValue', 'unknownDevice', 'unreadableBody', 'skipped', 'untrusted'],
  'Why a record was put aside.',
)
export const rejected = record('Rejected', 'A record or body that could not be read, whole, with where it stands.', {
  topic: string('Topic it was read from, or the edge that received it.'),
  partition: int('Partition; -1 = not from the log.'),
  offset: long('Offset; -1 = not from the log.'),
  place: string('File and line, or element path, inside the body; empty = the whole.'),
  reason: of(rejectReason, 'Why.'),
  detail: string('Which field, and what to do.'),
  rejectedBy: string('Processor, connector or gateway.'),
  key: optional(bytes('Key of the record.')),
  value: optional(bytes('The bytes.')),
  atMs: long('Epoch ms UTC.'),
})
export type Rejected = Infer<typeof rejected>
