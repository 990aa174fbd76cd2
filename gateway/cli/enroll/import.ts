/** Imports an enrollment file: appends its changes, keeps broken rows on `rejected`, and waits for the verdict on each change. */

import { subjectOf } from '../../../processors/enrollment/credentials.ts'
import type { LogReader, LogWriter } from '../../../processors/runtime/log.ts'
import type { EnrollmentChange, EnrollmentVerdict } from '../../../schemas/enrollment.ts'
import { enrollmentChanges, enrollmentVerdicts, rejectedRecords } from '../../../topics/catalogue.ts'
import { type Line, readCsv } from '../csv-lines.ts'
import { findHeaderFaults, readRow } from './csv-row.ts'

export interface ImportOptions {
  readonly file: string
  readonly writer: LogWriter
  readonly reader: LogReader
  readonly actorId: string
  readonly nowMs: number
  /** Called now and then with what was done so far. */
  readonly onProgress: (done: ImportCounts) => void
  /** Called for each broken row with file, line and every fault. */
  readonly onBroken: (words: string) => void
  /** Called for each change that was refused, but for those taken before, with file, line and reason. */
  readonly onRefused: (words: string) => void
  readonly signal: AbortSignal
}

export interface ImportCounts {
  rows: number
  broken: number
  changes: number
  accepted: number
  /** Refused changes by reason; `duplicate` = imported before. */
  refused: Record<string, number>
  /** Accepted changes with a warning, by what it is about: the newest words, and how many changes. */
  warnings: Record<string, { words: string; changes: number }>
}

const IN_FLIGHT = 20_000

function keepBroken(options: ImportOptions, line: Line, words: string): Promise<unknown> {
  const place = `${options.file}:${line.number}`
  const record = {
    topic: 'cli',
    partition: -1,
    offset: -1,
    place,
    reason: 'invalidValue' as const,
    detail: words,
    rejectedBy: 'enroll import',
    key: null,
    value: Buffer.from(line.raw),
    atMs: options.nowMs,
  }
  return options.writer.append(rejectedRecords, record, { partition: 0 })
}

/** Of warnings about different things so many are told apart. */
const MOST_WARNINGS = 100

function countVerdict(counts: ImportCounts, { refusal, detail }: EnrollmentVerdict): void {
  if (refusal !== null) {
    counts.refused[refusal] = (counts.refused[refusal] ?? 0) + 1
    return
  }
  counts.accepted += 1
  if (detail === '') return
  const subject = subjectOf(detail)
  const known = counts.warnings[subject]
  if (known || Object.keys(counts.warnings).length < MOST_WARNINGS)
    counts.warnings[subject] = { words: detail, changes: (known?.changes ?? 0) + 1 }
}

/** The same file twice is no mistake. */
const isRefused = ({ refusal }: Pick<EnrollmentVerdict, 'refusal'>): boolean => refusal !== null && refusal !== 'duplicate'

/** Resolves when every change has its verdict, or rejects when the signal aborts; what was appended stays, and importing again is harmless. */
export async function importEnrollment(options: ImportOptions): Promise<ImportCounts> {
  const { file, writer, reader, actorId, nowMs, signal } = options
  const counts: ImportCounts = { rows: 0, broken: 0, changes: 0, accepted: 0, refused: {}, warnings: {} }
  /** Line of each change without a verdict. */
  const awaited = new Map<string, number>()
  let settle: () => void = () => undefined
  const following = await reader.follow([enrollmentVerdicts], 'end', (records) => {
    for (const { value: verdict } of records) {
      const line = verdict && awaited.get(verdict.changeId)
      if (!verdict || line === undefined) continue
      awaited.delete(verdict.changeId)
      countVerdict(counts, verdict)
      if (isRefused(verdict)) options.onRefused(`${file}:${line}: ${verdict.deviceId}: ${verdict.refusal}: ${verdict.detail}`)
    }
    settle()
  })
  signal.addEventListener('abort', () => settle(), { once: true })
  const failures: unknown[] = []
  const watch = (appended: Promise<unknown>): void => {
    appended.catch((error) => {
      failures.push(error)
      settle()
    })
  }
  const until = async (enough: number): Promise<void> => {
    while (awaited.size > enough) {
      signal.throwIfAborted()
      if (failures.length > 0) throw failures[0]
      await new Promise<void>((resolve) => {
        settle = resolve
      })
      options.onProgress(counts)
    }
  }
  const append = (change: EnrollmentChange, line: number): Promise<unknown> => {
    awaited.set(change.changeId, line)
    counts.changes += 1
    return writer.append(enrollmentChanges, change)
  }
  try {
    await following.caughtUp
    for await (const line of readCsv(file, findHeaderFaults)) {
      signal.throwIfAborted()
      counts.rows += 1
      const read = line.fault === undefined ? readRow(line.row, actorId, nowMs) : { faults: [line.fault] }
      if ('faults' in read) {
        counts.broken += 1
        options.onBroken(`${file}:${line.number}: ${read.faults.join('; ')}`)
        watch(keepBroken(options, line, read.faults.join('; ')))
      } else for (const change of read.changes) watch(append(change, line.number))
      if (awaited.size >= IN_FLIGHT) await until(IN_FLIGHT / 2)
    }
    await writer.flush()
    await until(0)
    return counts
  } finally {
    await following.stop()
  }
}
