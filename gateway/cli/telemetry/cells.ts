/** Reads the cells that rows of both forms have: ids, channels, times, steps, energies, qualities. */
import { faultOfTime } from '../../../processors/normalizer/check-time.ts'
import { IMPORT_STEPS_S, type ImportBlock } from '../../../processors/normalizer/import-block.ts'
import type { Quality } from '../../../schemas/common.ts'
import { zonedMs } from '../read-time.ts'

/** What a row is checked against, and where its faults go. */
export interface CellReader {
  readonly faults: string[]
  deviceId(text: string | undefined): string
  channel(text: string | undefined): ImportBlock['channel']
  /** Epoch ms of an ISO 8601 time with a zone. */
  time(column: string, text: string | undefined): number
  stepS(column: string, text: string | undefined): number
}

const BOUND_WH = 1_000_000_000
const channels = ['import', 'export', 'net', 'generation'] as const
const steps: readonly number[] = IMPORT_STEPS_S
/** Times repeat from device to device; so many distinct ones are remembered. */
const REMEMBERED = 200_000

const letters: Readonly<Record<string, Quality>> = { m: 'measured', e: 'estimated', d: 'modelled', c: 'edited', '-': 'missing' }
const words = new Set<string>(Object.values(letters))

/** A quality by its name or its letter; undefined = there is no such quality. */
export function readQuality(text: string): Quality | undefined {
  return words.has(text) ? (text as Quality) : letters[text]
}

/** Whole Wh; null = empty; undefined = no whole number, or beyond a million kWh. */
export function readWh(text: string): number | null | undefined {
  const { length } = text
  if (length === 0) return null
  let wh = 0
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9 || i > 9) return readOddWh(text.trim())
    wh = wh * 10 + digit
  }
  return wh <= BOUND_WH ? wh : undefined
}

function readOddWh(text: string): number | null | undefined {
  if (text === '') return null
  if (!/^[+-]?\d+(\.0*)?$/.test(text)) return undefined
  const wh = Number(text)
  return Math.abs(wh) <= BOUND_WH ? wh + 0 : undefined
}

export const ENERGY_FAULT = 'is no whole number of Wh up to a million kWh'

/** A quality column is about a value that is there. */
export const faultOfMissing = (column: string, text: string): string => `${column}: "${text}" has a value although its quality is missing`

/** Whether the channel can have this energy; null = it can. */
export function faultOfSign(column: string, wh: number, channel: ImportBlock['channel']): string | null {
  return wh < 0 && channel !== 'net' ? `${column}: ${wh} must not be negative on channel ${channel}` : null
}

/** A piece of a line keeps the whole chunk of the file in memory that it was cut from; its copy does not. */
export const ownCopy = (text: string): string => Buffer.from(text).toString()

/** `nowMs`: what lies after it cannot have been measured. The same reader is used for all rows of a file; empty `faults` before each. */
export function createCellReader(nowMs: number): CellReader {
  const faults: string[] = []
  const times = new Map<string, number>()
  const readTime = (text: string): number => {
    const known = times.get(text)
    if (known !== undefined) return known
    const timeMs = zonedMs(text)
    if (times.size < REMEMBERED) times.set(ownCopy(text), timeMs)
    return timeMs
  }
  return {
    faults,
    deviceId(text = '') {
      const id = text.trim()
      if (id === '') faults.push('deviceId: is empty')
      return id
    },
    channel(text = '') {
      const name = channels.find((known) => known === text.trim())
      if (!name) faults.push(`channel: "${text}" is none of ${channels.join(', ')}`)
      return name ?? 'net'
    },
    time(column, text = '') {
      const timeMs = readTime(text.trim())
      if (Number.isNaN(timeMs)) {
        faults.push(`${column}: "${text}" is not an ISO 8601 time with a zone, such as 2026-07-01T00:00:00Z`)
        return 0
      }
      const fault = faultOfTime(timeMs, nowMs)
      if (fault !== null) faults.push(`${column}: ${fault}`)
      return timeMs
    },
    stepS(column, text = '') {
      const stepS = Number(text)
      if (!steps.includes(stepS)) faults.push(`${column}: "${text}" is none of ${steps.join(', ')} seconds`)
      return stepS
    },
  }
}

/** Zones stand a multiple of 15 minutes from UTC, so no local grid starts in between; null = it is on the grid. */
export function faultOfGrid(startMs: number, stepS: number): string | null {
  const lineS = Math.min(stepS, 900)
  return startMs % (lineS * 1000) === 0 ? null : `start: ${new Date(startMs).toISOString()} is not on a full ${lineS / 60} minutes`
}
