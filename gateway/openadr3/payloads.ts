/** Reads the payloads of an event as stretches at one level, one reading per payload type, those that command before those that inform. */
import type { EventInterval } from '../../schemas/utility.ts'
import type { TimedInterval } from './interval-times.ts'
import type { PayloadDescriptor } from './model/event.ts'
import type { ValuesMap } from './model/object.ts'
import { WireFault } from './wire-fault.ts'

/** What one payload type says. `unsupported`: understood, but nothing that devices here could do. */
export type Reading =
  | { readonly type: string; readonly intervals: readonly EventInterval[]; readonly targetW: number | null }
  | { readonly type: string; readonly unsupported: string }

/** Definition.md, event payload types; what is not here comes after these, in the order of the event. */
const commandsFirst = ['SIMPLE', 'DISPATCH_SETPOINT', 'IMPORT_CAPACITY_LIMIT', 'DISPATCH_SETPOINT_RELATIVE', 'CHARGE_STATE_SETPOINT']

/** Payload types whose number is a power that no device may exceed. */
const limits = new Set(['DISPATCH_SETPOINT', 'IMPORT_CAPACITY_LIMIT', 'IMPORT_CAPACITY_SUBSCRIPTION', 'IMPORT_CAPACITY_RESERVATION'])

/** Several values in one of these split the interval evenly (User Guide 7.5). */
const series = new Set(['PRICE', 'EXPORT_PRICE', 'GHG'])

const wattsPer: Readonly<Record<string, number>> = { W: 1, KW: 1000, MW: 1_000_000 }

const numberOf = ({ type, values }: ValuesMap, place: string): number => {
  const [first] = values
  if (typeof first !== 'number' || !Number.isFinite(first)) throw new WireFault(place, `${type} has no number`)
  return first
}

/** SIMPLE takes 0 (normal) to 3; 0 asks for nothing, and leaves a gap. */
function simpleLevel(payload: ValuesMap, place: string): string | undefined {
  const value = numberOf(payload, place)
  if (![0, 1, 2, 3].includes(value)) throw new WireFault(place, `SIMPLE is ${value}; it takes 0, 1, 2 or 3`)
  return value === 0 ? undefined : String(value)
}

interface Stretch {
  readonly interval: TimedInterval
  readonly payload: ValuesMap
  readonly place: string
}

function simple(stretches: readonly Stretch[]): readonly EventInterval[] {
  return stretches.flatMap(({ interval: { startMs, endMs }, payload, place }) => {
    const level = simpleLevel(payload, place)
    return level === undefined ? [] : [{ startMs, endMs, level, valueW: null }]
  })
}

const powers = (stretches: readonly Stretch[], wattsPerUnit: number): readonly EventInterval[] =>
  stretches.map(({ interval: { startMs, endMs }, payload, place }) => {
    const valueW = Math.round(numberOf(payload, place) * wattsPerUnit)
    return { startMs, endMs, level: payload.type, valueW }
  })

/** `PRICE=0.31`, by which the terms may name a level from some value on; the type alone where the value is no number. */
const valued = (type: string, value: ValuesMap['values'][number] | undefined): string =>
  typeof value === 'number' ? `${type}=${value}` : type

/** One stretch per value where values are a series; the meaning of the level stands in the program's terms. */
const named = (stretches: readonly Stretch[], withValue: boolean): readonly EventInterval[] =>
  stretches.flatMap(({ interval: { startMs, endMs }, payload: { type, values }, place }) => {
    if (values.length === 0) throw new WireFault(place, `${type} has no value`)
    const count = series.has(type) && Number.isFinite(endMs) ? values.length : 1
    const lineMs = (n: number): number => (n === 0 ? startMs : startMs + Math.round(((endMs - startMs) * n) / count))
    return Array.from({ length: count }, (_, n) => ({
      startMs: lineMs(n),
      endMs: n === count - 1 ? endMs : lineMs(n + 1),
      level: withValue ? valued(type, values[n]) : type,
      valueW: null,
    }))
  })

/** A relative set-point asks for the same reduction all through, or cannot be met by one target. */
function relative(type: string, asked: readonly EventInterval[]): Reading {
  const values = new Set(asked.map(({ valueW }) => valueW ?? 0))
  const [changeW = 0] = values
  if (values.size > 1) return { type, unsupported: `${type} changes from interval to interval` }
  if (changeW >= 0) return { type, unsupported: `${type} asks for more load, or for none less` }
  return { type, intervals: asked.map((one) => ({ ...one, valueW: null })), targetW: -changeW }
}

/** The value counts where the terms say from which on; else the type does. */
function readNamed(type: string, stretches: readonly Stretch[]): readonly Reading[] {
  const readings = [true, false].map((withValue) => ({ type, intervals: named(stretches, withValue), targetW: null }))
  return stretches.some(({ payload }) => typeof payload.values[0] === 'number') ? readings : readings.slice(1)
}

function readPower(type: string, stretches: readonly Stretch[], units: string): Reading {
  const factor = wattsPer[units.toUpperCase()]
  if (factor === undefined) return { type, unsupported: `${type} in ${units} is no power; units must be W, KW or MW` }
  const asked = powers(stretches, factor)
  if (type === 'DISPATCH_SETPOINT_RELATIVE') return relative(type, asked)
  if (asked.some(({ valueW }) => (valueW ?? 0) < 0)) return { type, unsupported: `${type} below 0 asks for export` }
  return { type, intervals: asked, targetW: null }
}

function readType(type: string, stretches: readonly Stretch[], units: string): readonly Reading[] {
  if (type === 'SIMPLE') return [{ type, intervals: simple(stretches), targetW: null }]
  const isPower = limits.has(type) || type === 'DISPATCH_SETPOINT_RELATIVE'
  return isPower ? [readPower(type, stretches, units)] : readNamed(type, stretches)
}

/** Readings of all payload types. Throws a WireFault where a value is not what its type takes. Intervals without payloads ask for nothing. */
export function readPayloads(intervals: readonly TimedInterval[], descriptors: readonly PayloadDescriptor[]): readonly Reading[] {
  const byType = new Map<string, Stretch[]>()
  for (const interval of intervals)
    for (const payload of interval.payloads) {
      const place = `intervals[id ${interval.id}].payloads[${payload.type}]`
      byType.set(payload.type, [...(byType.get(payload.type) ?? []), { interval, payload, place }])
    }
  const order = [...new Set([...commandsFirst, ...byType.keys()])].filter((type) => byType.has(type))
  const loaded = intervals.filter(({ payloads }) => payloads.length > 0).length
  return order.flatMap((type): readonly Reading[] => {
    const stretches = byType.get(type) ?? []
    const units = descriptors.find(({ payloadType }) => payloadType === type)?.units ?? 'KW'
    if (stretches.length > loaded) return [{ type, unsupported: `${type} stands twice in one interval` }]
    if (stretches.length < loaded) return [{ type, unsupported: `${type} is missing from intervals that have other payloads` }]
    return readType(type, stretches, units)
  })
}
