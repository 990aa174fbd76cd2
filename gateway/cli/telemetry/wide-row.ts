/** Reads a row of the wide form: the energies of one device and channel over a stretch. */
import { faultOfTime } from '../../../processors/normalizer/check-time.ts'
import type { ImportBlock } from '../../../processors/normalizer/import-block.ts'
import type { Quality } from '../../../schemas/common.ts'
import { type CellReader, ENERGY_FAULT, faultOfGrid, faultOfMissing, faultOfSign, readQuality, readWh } from './cells.ts'
import type { WideForm } from './csv-form.ts'

export interface WideRow {
  readonly deviceId: string
  readonly block: ImportBlock
  /** Intervals with a value. */
  readonly stated: number
}

/** Empty cells at the end of a row are no part of its stretch: a day of 23 hours, or a day that is not over. */
function lastStated(cells: readonly string[], { firstValue, values }: WideForm): number {
  let count = values
  while (count > 0 && (cells[firstValue + count - 1] ?? '').trim() === '') count--
  return count
}

function readQualities(text: string, values: readonly (number | null)[], faults: string[]): readonly Quality[] | null {
  if (text === '') return null
  // Letters beyond the last value are about cells that are empty.
  if (text.length < values.length) {
    faults.push(`qualities: has ${text.length} letters for ${values.length} values`)
    return null
  }
  return values.map((wh, index) => {
    const letter = text[index] ?? ''
    const quality = readQuality(letter)
    if (quality === undefined) faults.push(`qualities: "${letter}" at place ${index + 1} is none of m, e, d, c, -`)
    else if (quality === 'missing' && wh !== null) faults.push(faultOfMissing(`v${index + 1}`, String(wh)))
    return quality ?? 'missing'
  })
}

/** Null when the row has no value at all; its faults are in `reader.faults`. */
export function readWideRow(form: WideForm, cells: readonly string[], reader: CellReader, nowMs: number): WideRow | null {
  const { faults } = reader
  const deviceId = reader.deviceId(cells[form.deviceId])
  const channel = reader.channel(cells[form.channel])
  const startMs = reader.time('start', cells[form.start])
  const stepS = reader.stepS('stepS', cells[form.stepS])
  const count = lastStated(cells, form)
  const values: (number | null)[] = new Array(count)
  let stated = 0
  for (let index = 0; index < count; index++) {
    const text = cells[form.firstValue + index] ?? ''
    const wh = readWh(text)
    values[index] = wh ?? null
    if (wh === null) continue
    const fault = wh === undefined ? `v${index + 1}: "${text}" ${ENERGY_FAULT}` : wh < 0 ? faultOfSign(`v${index + 1}`, wh, channel) : null
    if (fault !== null) faults.push(fault)
    stated++
  }
  const qualities = form.qualities < 0 ? null : readQualities((cells[form.qualities] ?? '').trim(), values, faults)
  if (faults.length === 0) {
    const late = faultOfTime(startMs + count * stepS * 1000, nowMs)
    const fault = faultOfGrid(startMs, stepS) ?? (late === null ? null : `v${count}: its end ${late}`)
    if (fault !== null) faults.push(fault)
  }
  return stated === 0 ? null : { deviceId, block: { channel, startMs, stepS, values, qualities, code: '' }, stated }
}
