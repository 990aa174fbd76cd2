/** Reads a row of the narrow form: the energy of one interval. */
import type { ImportBlock } from '../../../processors/normalizer/import-block.ts'
import type { Quality } from '../../../schemas/common.ts'
import { type CellReader, ENERGY_FAULT, faultOfGrid, faultOfMissing, faultOfSign, readQuality, readWh } from './cells.ts'
import type { NarrowForm } from './csv-form.ts'

export interface NarrowRow {
  readonly deviceId: string
  readonly channel: ImportBlock['channel']
  readonly startMs: number
  readonly stepS: number
  /** Null = missing. */
  readonly wh: number | null
  readonly quality: Quality
}

function readStep(form: NarrowForm, cells: readonly string[], startMs: number, reader: CellReader): number {
  const step = form.stepS < 0 ? '' : (cells[form.stepS] ?? '').trim()
  if (form.end < 0 || (cells[form.end] ?? '').trim() === '') return reader.stepS('stepS', step)
  const before = reader.faults.length
  const endMs = reader.time('end', cells[form.end])
  const stepS = (endMs - startMs) / 1000
  if (reader.faults.length > before) return stepS
  if (step !== '' && Number(step) !== stepS) reader.faults.push(`end: lies ${stepS} s after start, and stepS says ${step}`)
  return reader.stepS('end - start', String(stepS))
}

/** The row's faults are in `reader.faults`. */
export function readNarrowRow(form: NarrowForm, cells: readonly string[], reader: CellReader): NarrowRow {
  const { faults } = reader
  const deviceId = reader.deviceId(cells[form.deviceId])
  const channel = reader.channel(cells[form.channel])
  const startMs = reader.time('start', cells[form.start])
  const stepS = faults.length === 0 ? readStep(form, cells, startMs, reader) : 0
  if (faults.length === 0) {
    const fault = faultOfGrid(startMs, stepS)
    if (fault !== null) faults.push(fault)
  }
  const text = cells[form.energyWh] ?? ''
  const wh = readWh(text)
  const word = form.quality < 0 ? '' : (cells[form.quality] ?? '').trim()
  const quality = word === '' ? 'measured' : readQuality(word)
  const fault = wh === undefined ? `energyWh: "${text}" ${ENERGY_FAULT}` : wh === null ? null : faultOfSign('energyWh', wh, channel)
  if (fault !== null) faults.push(fault)
  if (quality === undefined) faults.push(`quality: "${word}" is none of measured, estimated, modelled, edited, missing`)
  if (quality === 'missing' && wh != null) faults.push(faultOfMissing('energyWh', text))
  return { deviceId, channel, startMs, stepS, wh: wh ?? null, quality: wh == null ? 'missing' : (quality ?? 'missing') }
}
