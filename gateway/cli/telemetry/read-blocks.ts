/** Makes import blocks of the lines of a telemetry file, and names every broken line. */
import type { ImportBlock } from '../../../processors/normalizer/import-block.ts'
import { createCellReader } from './cells.ts'
import { type Form, readForm } from './csv-form.ts'
import { createGatherer } from './gather.ts'
import { readNarrowRow } from './narrow-row.ts'
import { splitCells } from './split-cells.ts'
import { readWideRow } from './wide-row.ts'

export interface BlockSink {
  /** `lines` is the line that it came from, or the first and the last of several: 7, or 7-102. */
  block(block: ImportBlock, deviceId: string, lines: string, stated: number): void
  broken(line: number, raw: string, words: string): void
  /** A row without any value. */
  empty(line: number): void
}

export interface BlockReader {
  /** Takes the next line; the first is the header, of which it throws every fault. True = the line was a row. */
  take(line: string, number: number): boolean
  /** No more lines. Throws when there was no header. */
  end(): void
}

type TakeCells = (cells: readonly string[], line: number) => void

/** `nowMs`: Drover's time, after which nothing can have been measured. */
export function createBlockReader(nowMs: number, sink: BlockSink): BlockReader {
  const reader = createCellReader(nowMs)
  const gatherer = createGatherer(({ block, deviceId, fromLine, toLine, stated }) =>
    sink.block(block, deviceId, fromLine === toLine ? String(fromLine) : `${fromLine}-${toLine}`, stated),
  )
  let form: Form | undefined
  let takeCells: TakeCells = () => {}

  function takerOf(known: Form): TakeCells {
    if (known.kind === 'wide')
      return (cells, line) => {
        const row = readWideRow(known, cells, reader, nowMs)
        if (reader.faults.length > 0) return
        if (row) sink.block(row.block, row.deviceId, String(line), row.stated)
        else sink.empty(line)
      }
    return (cells, line) => {
      const row = readNarrowRow(known, cells, reader)
      if (reader.faults.length > 0) return
      if (row.wh === null) sink.empty(line)
      gatherer.take(row, line)
    }
  }

  function takeHeader(line: string): Form {
    const cells = splitCells(line)
    const read = 'fault' in cells ? { faults: [cells.fault] } : readForm(cells.map((name) => name.trim()))
    if ('faults' in read) throw new Error(read.faults.join('; '))
    return read
  }

  return {
    take(line, number) {
      if (line.trim() === '') return false
      if (!form) {
        form = takeHeader(line)
        takeCells = takerOf(form)
        return false
      }
      reader.faults.length = 0
      const cells = splitCells(line)
      if ('fault' in cells) reader.faults.push(cells.fault)
      else if (cells.length !== form.width) reader.faults.push(`has ${cells.length} cells where the header has ${form.width}`)
      else takeCells(cells, number)
      if (reader.faults.length > 0) sink.broken(number, line, reader.faults.join('; '))
      return true
    },
    end() {
      if (!form) throw new Error('has no header')
      gatherer.end()
    },
  }
}
