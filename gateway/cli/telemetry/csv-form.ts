/** Tells from the header of a telemetry file which of its two forms it has, and where each column stands. */
import { MAX_BLOCK_VALUES } from '../../../schemas/telemetry.ts'

/** `?` = may be left out. */
export const WIDE_COLUMNS = `deviceId channel start stepS v1 … v${MAX_BLOCK_VALUES} qualities?`
export const NARROW_COLUMNS = 'deviceId channel start (end | stepS) energyWh quality?'

interface SharedColumns {
  /** Cells of each line. */
  readonly width: number
  readonly deviceId: number
  readonly channel: number
  readonly start: number
}

/** One row per device, channel and stretch of up to 96 intervals. Columns are indexes; -1 = the file has none. */
export interface WideForm extends SharedColumns {
  readonly kind: 'wide'
  readonly stepS: number
  /** v1; the others follow it. */
  readonly firstValue: number
  readonly values: number
  readonly qualities: number
}

/** One row per interval. Columns are indexes; -1 = the file has none. */
export interface NarrowForm extends SharedColumns {
  readonly kind: 'narrow'
  readonly end: number
  readonly stepS: number
  readonly energyWh: number
  readonly quality: number
}

export type Form = WideForm | NarrowForm

const shared = ['deviceId', 'channel', 'start']
const narrowNames = [...shared, 'end', 'stepS', 'energyWh', 'quality']

const missingOf = (header: readonly string[], names: readonly string[]): readonly string[] =>
  names.filter((name) => !header.includes(name)).map((name) => `${name}: column is missing`)
const unknownOf = (header: readonly string[], known: readonly string[], words: string): readonly string[] =>
  header.filter((name) => !known.includes(name)).map((name) => `${name}: no such column; known: ${words}`)
const doubledOf = (header: readonly string[]): readonly string[] =>
  header.filter((name, index) => header.indexOf(name) !== index).map((name) => `${name}: column stands twice`)

function faultsOfWide(header: readonly string[], names: readonly string[]): readonly string[] {
  const first = header.indexOf('v1')
  const inOrder = first >= 0 && names.every((name, index) => header[first + index] === name)
  return [
    ...missingOf(header, [...shared, 'stepS']),
    ...unknownOf(header, [...shared, 'stepS', 'qualities', ...names], WIDE_COLUMNS),
    ...(inOrder ? [] : ['v1: the columns v1, v2, … must stand side by side and in order']),
    ...(names.length > MAX_BLOCK_VALUES ? [`v${MAX_BLOCK_VALUES + 1}: a row has ${MAX_BLOCK_VALUES} values at most`] : []),
  ]
}

function faultsOfNarrow(header: readonly string[]): readonly string[] {
  const isTimed = header.includes('end') || header.includes('stepS')
  return [
    ...missingOf(header, [...shared, 'energyWh']),
    ...(isTimed ? [] : ['stepS: column is missing, and so is end']),
    ...unknownOf(header, narrowNames, `${NARROW_COLUMNS}; or, with many values in a row, ${WIDE_COLUMNS}`),
  ]
}

/** The form of a file, or every fault of its header. */
export function readForm(header: readonly string[]): Form | { readonly faults: readonly string[] } {
  const at = (name: string): number => header.indexOf(name)
  const columns = { width: header.length, deviceId: at('deviceId'), channel: at('channel'), start: at('start'), stepS: at('stepS') }
  const values = header.filter((name) => /^v\d+$/.test(name))
  const names = values.map((_, index) => `v${index + 1}`)
  const faults = [...doubledOf(header), ...(values.length > 0 ? faultsOfWide(header, names) : faultsOfNarrow(header))]
  if (faults.length > 0) return { faults }
  if (values.length > 0) return { kind: 'wide', ...columns, firstValue: at('v1'), values: values.length, qualities: at('qualities') }
  return { kind: 'narrow', ...columns, end: at('end'), energyWh: at('energyWh'), quality: at('quality') }
}
