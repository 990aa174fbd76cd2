/** Imports a telemetry file: appends its blocks verbatim, and keeps broken rows on `rejected`. */
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { importRecord } from '../../../processors/normalizer/import-block.ts'
import type { LogWriter } from '../../../processors/runtime/log.ts'
import { rejectedRecords, telemetryRaw } from '../../../topics/catalogue.ts'
import { type BlockSink, createBlockReader } from './read-blocks.ts'
import { readLines } from './read-lines.ts'
import { createThrottle, type Throttle } from './throttle.ts'

export interface ImportOptions {
  readonly file: string
  readonly writer: LogWriter
  readonly nowMs: number
  /** Called after each piece of the file with what was done so far, and the share of the file that was read. */
  readonly onProgress: (done: ImportCounts, share: number) => void
  /** Called for each broken row with file, line, and every fault with its column. */
  readonly onBroken: (words: string) => void
  readonly signal: AbortSignal
}

export interface ImportCounts {
  rows: number
  broken: number
  /** Rows without any value. */
  empty: number
  blocks: number
  /** Intervals with a value. */
  intervals: number
}

export interface Imported {
  readonly counts: ImportCounts
  /** Offset of the last block by partition of telemetry.raw.import. */
  readonly lastOffsets: ReadonlyMap<number, number>
  /** False: the signal ended it early; what was read by then is durable. */
  readonly complete: boolean
}

const IN_FLIGHT = 20_000

function createSink(options: ImportOptions, counts: ImportCounts, lastOffsets: Map<number, number>, throttle: Throttle): BlockSink {
  const { file, writer, nowMs, onBroken } = options
  const name = basename(file)
  return {
    block(block, deviceId, lines, stated) {
      counts.blocks++
      counts.intervals += stated
      const record = importRecord(block, { deviceId, source: `${name}:${lines}`, receivedMs: nowMs })
      const note = ({ partition, offset }: { partition: number; offset: number }): void => {
        lastOffsets.set(partition, Math.max(offset, lastOffsets.get(partition) ?? -1))
      }
      throttle.watch(writer.append(telemetryRaw.import, record).then(note))
    },
    broken(line, raw, words) {
      counts.broken++
      onBroken(`${file}:${line}: ${words}`)
      const record = {
        topic: 'cli',
        partition: -1,
        offset: -1,
        place: `${file}:${line}`,
        reason: 'invalidValue' as const,
        detail: words,
        rejectedBy: 'telemetry import',
        key: null,
        value: Buffer.from(raw),
        atMs: nowMs,
      }
      throttle.watch(writer.append(rejectedRecords, record, { partition: 0 }))
    },
    empty() {
      counts.empty++
    },
  }
}

/**
 * Resolves when everything is durable, also after the signal. Throws naming file and line when the file cannot be read, or when
 * the log did not take a record. The same file again is harmless: an interval that is stated again as it was changes nothing.
 */
export async function importTelemetry(options: ImportOptions): Promise<Imported> {
  const { file, nowMs, onProgress, signal } = options
  const counts: ImportCounts = { rows: 0, broken: 0, empty: 0, blocks: 0, intervals: 0 }
  const lastOffsets = new Map<number, number>()
  const throttle = createThrottle(IN_FLIGHT)
  const reader = createBlockReader(nowMs, createSink(options, counts, lastOffsets, throttle))
  const fileBytes = Math.max(1, statSync(file).size)

  const naming = <T>(place: string, run: () => T): T => {
    try {
      return run()
    } catch (error) {
      throw new Error(`${place}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  try {
    for await (const { first, lines, bytes } of readLines(file)) {
      if (signal.aborted) break
      for (const [index, line] of lines.entries())
        if (naming(`${file}:${first + index}`, () => reader.take(line, first + index))) counts.rows++
      await throttle.room()
      onProgress(counts, bytes / fileBytes)
    }
    if (!signal.aborted || counts.rows > 0) naming(file, reader.end)
  } finally {
    await throttle.idle()
  }
  return { counts, lastOffsets, complete: !signal.aborted }
}
