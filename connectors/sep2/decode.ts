/** Makes quantities of the normalizer of a raw body of IEEE 2030.5. */

import type { Decoded, DecodedReading, Decoder, Fault } from '../../processors/normalizer/decoded.ts'
import type { Channel, Quality } from '../../schemas/common.ts'
import type { RawTelemetry } from '../../schemas/telemetry.ts'
import type { MeterReading, Reading } from './messages/mirror.ts'
import { readMessage } from './messages/read.ts'
import { readContext } from './metering/context.ts'
import { onGrid } from './metering/grid.ts'
import { qualityOf } from './metering/quality.ts'
import type { Measure } from './metering/usage-point.ts'
import { Refusal } from './refusal.ts'

const MIRROR = ['MirrorUsagePoint', 'MirrorMeterReading', 'MirrorMeterReadingList'] as const
const isMirror = (kind: string): kind is (typeof MIRROR)[number] => (MIRROR as readonly string[]).includes(kind)
const HOUR_MS = 3_600_000
const NONE: Decoded = { readings: [], faults: [] }

/** Meter readings become energies, a DERStatus its state of charge; what else is kept raw has no quantities. */
export const decodeSep2: Decoder = (raw) => {
  try {
    if (raw.kind === 'DERStatus') return decodeStatus(raw)
    return isMirror(raw.kind) ? decodeMirror(raw) : NONE
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { readings: [], faults: [{ reason: 'unreadableBody', path: error.path, detail: error.message }] }
  }
}

/** Thousandths in the minute of the reading; a state, not an energy, so nothing adds it up. */
function decodeStatus({ body }: RawTelemetry): Decoded {
  const { stateOfChargeStatus: charge } = readMessage(body, ['DERStatus']).value
  if (!charge) return NONE
  const startMs = Math.floor(charge.dateTime / 60) * 60_000
  const reading = { kind: 'interval', channel: 'stateOfCharge', register: '', startMs, stepMs: 60_000, quality: 'measured' } as const
  return {
    readings: [{ ...reading, energyWh: Math.round(charge.value / 10), code: '', path: 'DERStatus.stateOfChargeStatus' }],
    faults: [],
  }
}

function decodeMirror(raw: RawTelemetry): Decoded {
  const context = readContext(raw.contentType)
  if (!context)
    return { readings: [], faults: [{ reason: 'unreadableBody', path: '', detail: 'the record does not say of which usage point it is' }] }
  if (!context.counts) return NONE
  const measures = new Map(context.readings.map(({ mRID, measure }) => [mRID, measure]))
  const readings: DecodedReading[] = []
  const faults: Fault[] = []
  for (const { said, path } of meterReadingsOf(raw.body)) {
    const measure = measures.get(said.mRID)
    if (!measure || measure.use === 'none') continue
    for (const [value, place] of valuesOf(said, measure.intervalS, path)) take(value, measure, place, { readings, faults, raw, said })
  }
  return { readings, faults }
}

function meterReadingsOf(body: Buffer): { said: MeterReading; path: string }[] {
  const { name, value } = readMessage(body, MIRROR)
  if (name === 'MirrorMeterReading') return [{ said: value, path: name }]
  return value.MirrorMeterReading.map((said, index) => ({ said, path: `${name}.MirrorMeterReading.${index}` }))
}

/** All values of a meter reading; within a set, one without a time of its own comes an interval after the one before. */
function valuesOf({ Reading: single, MirrorReadingSet: sets }: MeterReading, intervalS: number, path: string): [Reading, string][] {
  const ofSets = sets.flatMap(({ timePeriod, Reading: readings }, place) =>
    readings.map((reading, index): [Reading, string] => {
      const lengthS = intervalS || Math.floor(timePeriod.duration / readings.length)
      const period = reading.timePeriod ?? { start: timePeriod.start + index * lengthS, duration: lengthS }
      return [{ ...reading, timePeriod: period }, `${path}.MirrorReadingSet.${place}.Reading.${index}`]
    }),
  )
  return single ? [[single, `${path}.Reading`], ...ofSets] : ofSets
}

interface Into {
  readonly readings: DecodedReading[]
  readonly faults: Fault[]
  readonly raw: RawTelemetry
  readonly said: MeterReading
}

function take(reading: Reading, measure: Measure, path: string, into: Into): void {
  // A definition stands without a value.
  if (reading.value === undefined) return
  const value = reading.value * 10 ** measure.powerOfTen
  const taken = measure.use === 'register' ? registerOf(reading, value, measure, path, into) : intervalOf(reading, value, measure, path)
  if ('reason' in taken) into.faults.push(taken)
  else into.readings.push(taken)
}

/** Read at the end of its period; without one, when the client says that it was updated, or when it came. */
function registerOf({ timePeriod, qualityFlags }: Reading, value: number, measure: Measure, path: string, into: Into): DecodedReading {
  const { said, raw } = into
  const updatedMs = said.lastUpdateTime === undefined ? raw.receivedMs : said.lastUpdateTime * 1000
  const atMs = timePeriod ? (timePeriod.start + timePeriod.duration) * 1000 : updatedMs
  const channel = measure.flow === 1 ? 'import' : 'export'
  return { kind: 'register', channel, register: '', atMs, registerWh: Math.round(value), code: codeOf(measure, qualityFlags), path }
}

/** Energy of a period of the grid; mean power times its length is an estimate, as is what was moved onto the grid. */
function intervalOf({ timePeriod, qualityFlags }: Reading, value: number, measure: Measure, path: string): DecodedReading | Fault {
  const period = timePeriod && onGrid(timePeriod.start, timePeriod.duration)
  if (!period) {
    const said = timePeriod ? `${timePeriod.duration} s from ${timePeriod.start}` : 'no timePeriod'
    return { reason: 'invalidValue', path, detail: `${said}: measure periods of 1, 5, 15, 30 or 60 minutes on the clock` }
  }
  const { startMs, stepMs, moved } = period
  const isAverage = measure.use === 'average'
  const energyWh = signedFor(measure, Math.round(isAverage ? (value * stepMs) / HOUR_MS : value))
  const quality = worse(qualityOf(qualityFlags), isAverage || moved ? 'estimated' : 'measured')
  return { kind: 'interval', ...energyWh, register: '', startMs, stepMs, quality, code: codeOf(measure, qualityFlags), path }
}

/** A net series counts both ways by its sign; any other is of its direction, or of the other where it is negative. */
function signedFor({ flow, isNet }: Measure, value: number): { channel: Channel; energyWh: number } {
  if (isNet) return { channel: 'net', energyWh: flow === 1 ? value : 0 - value }
  return { channel: (flow === 1) === value >= 0 ? 'import' : 'export', energyWh: Math.abs(value) }
}

/** The accumulation and the flags, since both say what a value is worth. */
const codeOf = ({ use }: Measure, flags = ''): string => (flags === '' ? use : `${use} ${flags}`)

const worse = (a: Quality, b: Quality): Quality => (a === 'measured' ? b : a)
