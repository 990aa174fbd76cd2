/** What a usage point is and how its readings count: each meter reading's type, and which of them make the device's energy. */
import type { MeterReading, ReadingType, UsagePoint } from '../messages/mirror.ts'

/** How readings of one type are read: cumulative register, energy of an interval, mean power of an interval, or not as energy. */
export type Use = 'register' | 'delta' | 'average' | 'none'

/** A reading type, as far as it says what its values are. */
export interface Measure {
  readonly use: Use
  /** 1 = delivered to the customer, 19 = received from the customer (sep.xsd, FlowDirectionType). */
  readonly flow: 1 | 19
  readonly powerOfTen: number
  /** Seconds of each interval, where readings do not say it; 0 = they must. */
  readonly intervalS: number
  /** True: mean power of both directions in one series, by sign. */
  readonly isNet: boolean
}

/** A usage point as it was said so far. */
export interface Definition {
  readonly mRID: string
  readonly description: string
  readonly roleFlags: string
  readonly deviceLFDI: string
  readonly serviceCategoryKind: number
  readonly status: number
  /** By mRID of the meter reading. */
  readonly readings: ReadonlyMap<string, ReadingDefinition>
}

/** What a reading type says that matters here; the rest stands in the raw record of the body that said it. */
export type KeptType = Pick<
  ReadingType,
  | 'accumulationBehaviour'
  | 'commodity'
  | 'dataQualifier'
  | 'flowDirection'
  | 'intervalLength'
  | 'kind'
  | 'phase'
  | 'powerOfTenMultiplier'
  | 'uom'
>

export interface ReadingDefinition {
  readonly mRID: string
  readonly description: string
  readonly type: KeptType
}

const W = 38
const WH = 72
const DELTA = 4
const INDICATING = 6
const SUMMATION = 9
const INSTANTANEOUS = 12
const AVERAGE = 2
const NORMAL = 12
const REVERSE = 19
/** Not applicable, ABC, ABCN: the whole of the device, not one phase. */
const WHOLE_PHASES: ReadonlySet<number> = new Set([0, 224, 225])

const IS_PREMISES = 0b10

/** The point of delivery of a premises, not a device within it (sep.xsd, RoleFlagsType, bit 1). */
export const isPremises = (roleFlags: string): boolean => (Number.parseInt(roleFlags, 16) & IS_PREMISES) !== 0

/** The definition after a client has said more: what it leaves out stays as it was. */
export function define(known: Definition | undefined, said: UsagePoint): Definition {
  const { mRID, description, roleFlags, deviceLFDI, serviceCategoryKind, status } = said
  const head = { mRID, description: description ?? known?.description ?? '', roleFlags, deviceLFDI, serviceCategoryKind, status }
  return said.MirrorMeterReading.reduce<Definition>(defineReading, { ...head, readings: known?.readings ?? new Map() })
}

export function defineReading(definition: Definition, { mRID, description, ReadingType: type }: MeterReading): Definition {
  const known = definition.readings.get(mRID)
  if (type === undefined && known !== undefined) return definition
  const reading = { mRID, description: description ?? known?.description ?? '', type: keep(type ?? {}) }
  return { ...definition, readings: new Map([...definition.readings, [mRID, reading]]) }
}

/** The definition with types that stand beside a record; the same one where it knew them. */
export function withReadings(definition: Definition, readings: readonly ReadingDefinition[]): Definition {
  const isKnown = ({ mRID, type }: ReadingDefinition) => JSON.stringify(definition.readings.get(mRID)?.type) === JSON.stringify(type)
  if (readings.every(isKnown)) return definition
  const fresh = readings.map(({ mRID, description, type }) => [mRID, { mRID, description, type }] as const)
  return { ...definition, readings: new Map([...definition.readings, ...fresh]) }
}

function keep(type: ReadingType): KeptType {
  const { accumulationBehaviour, commodity, dataQualifier, flowDirection, intervalLength, kind, phase, powerOfTenMultiplier, uom } = type
  return { accumulationBehaviour, commodity, dataQualifier, flowDirection, intervalLength, kind, phase, powerOfTenMultiplier, uom }
}

/**
 * How each reading of a usage point counts, by mRID. Energy in Wh is better than mean power, and a register better than intervals,
 * since both tell the same; what does not count is kept in the raw record all the same.
 */
export function measuresOf({ readings }: Definition): ReadonlyMap<string, Measure> {
  const uses = new Map([...readings].map(([mRID, { type }]) => [mRID, useOf(type)]))
  const best = (['register', 'delta', 'average'] as const).find((use) => [...uses.values()].includes(use)) ?? 'none'
  const flows = new Set([...readings].flatMap(([mRID, { type }]) => (uses.get(mRID) === best ? [flowOf(type)] : [])))
  return new Map(
    [...readings].map(([mRID, { type }]) => {
      const use = uses.get(mRID) === best ? best : 'none'
      const isNet = use === 'average' && flows.size === 1
      return [mRID, { use, flow: flowOf(type), powerOfTen: type.powerOfTenMultiplier ?? 0, intervalS: type.intervalLength ?? 0, isNet }]
    }),
  )
}

const flowOf = ({ flowDirection }: KeptType): 1 | 19 => (flowDirection === REVERSE ? 19 : 1)

function useOf({ uom, accumulationBehaviour, dataQualifier, phase = 0 }: KeptType): Use {
  if (!WHOLE_PHASES.has(phase)) return 'none'
  if (dataQualifier !== undefined && dataQualifier !== AVERAGE && dataQualifier !== NORMAL && dataQualifier !== 0) return 'none'
  if (uom === WH && accumulationBehaviour === SUMMATION) return 'register'
  if (uom === WH && accumulationBehaviour === DELTA) return 'delta'
  const isMoment = accumulationBehaviour === INSTANTANEOUS || accumulationBehaviour === INDICATING
  // A mean is a mean whatever the accumulation; clients in the field leave that out.
  if (uom === W && (dataQualifier === AVERAGE || !isMoment)) return 'average'
  return 'none'
}
