/** Makes readings of what was decoded from one raw record: energies with exact sums, and the faults of what can not be used. */
import type { RawTelemetry, ReadingBlock } from '../../schemas/telemetry.ts'
import { faultOfTime } from './check-time.ts'
import type { BlockReading, Decoded, DecodedReading, Fault, IntervalReading, RegisterReading } from './decoded.ts'
import { type Span, takeSample } from './registers.ts'
import { noteSession, registerOf } from './sessions.ts'
import type { NormalizerDevice, RegisterState } from './state.ts'

/** What the decision rests on besides the message. */
export interface Facts {
  readonly raw: RawTelemetry
  readonly rawOffset: number
  readonly source: ReadingBlock['source']
  /** Rated power of the device, W; 0 = not known. */
  readonly ratedW: number
}

export interface Normalized {
  readonly state: NormalizerDevice
  readonly blocks: readonly ReadingBlock[]
  readonly faults: readonly Fault[]
}

const GRID_STEPS_MS: readonly number[] = [60_000, 300_000, 900_000, 1_800_000, 3_600_000]

/** Takes the readings in their order; a register beats intervals that the same source states, which would count its energy twice. */
export function normalize(state: NormalizerDevice, decoded: Decoded, facts: Facts): Normalized {
  let now = state
  const blocks: ReadingBlock[] = []
  const faults: Fault[] = [...decoded.faults]
  for (const reading of decoded.readings) {
    const detail = faultOf(reading, facts)
    if (detail !== null) {
      faults.push({ reason: 'invalidValue', path: reading.path, detail })
      continue
    }
    now = noteSession(now, reading)
    const taken = takeReading(now, reading, facts)
    now = taken.state
    blocks.push(...taken.blocks)
  }
  return { state: now, blocks, faults }
}

function faultOf(reading: DecodedReading, { raw }: Facts): string | null {
  switch (reading.kind) {
    case 'instant':
      return null
    case 'register':
      if (!Number.isSafeInteger(reading.registerWh) || reading.registerWh < 0)
        return `register ${reading.registerWh} Wh is no whole number from 0 up`
      return faultOfTime(reading.atMs, raw.receivedMs)
    case 'interval':
      return faultOfGrid(reading) ?? faultOfTime(reading.startMs, raw.receivedMs) ?? faultOfTime(endOf(reading, 1), raw.receivedMs)
    case 'block':
      return (
        faultOfGrid(reading) ??
        faultOfTime(reading.startMs, raw.receivedMs) ??
        faultOfTime(endOf(reading, reading.values.length), raw.receivedMs)
      )
  }
}

function faultOfGrid(reading: IntervalReading | BlockReading): string | null {
  if (!GRID_STEPS_MS.includes(reading.stepMs)) return `interval of ${reading.stepMs} ms: use 1, 5, 15, 30 or 60 minutes`
  if (reading.startMs % Math.min(reading.stepMs, 900_000) !== 0) return `interval from ${reading.startMs} ms does not start on its grid`
  const values = reading.kind === 'block' ? reading.values : [reading.energyWh]
  return values.every(Number.isSafeInteger) ? null : 'energies must be whole Wh'
}

function endOf(reading: IntervalReading | BlockReading, count: number): number {
  return reading.startMs + count * reading.stepMs
}

type TakenReading = Pick<Normalized, 'state' | 'blocks'>

function takeReading(state: NormalizerDevice, reading: DecodedReading, facts: Facts): TakenReading {
  switch (reading.kind) {
    case 'instant':
      return { state, blocks: [] }
    case 'register':
      return takeRegister(state, reading, facts)
    case 'interval': {
      const { energyWh, quality } = reading
      return takeStated(state, { ...reading, kind: 'block', values: [energyWh], qualities: [quality] }, facts)
    }
    case 'block':
      return takeStated(state, reading, facts)
  }
}

function takeStated(state: NormalizerDevice, reading: BlockReading, facts: Facts): TakenReading {
  const register = registerOf(state, reading)
  // Registers are remembered of the device's own protocol; what is imported beside it is a source of its own.
  const isCounted = facts.source !== 'import' && state.registers.some((known) => known.channel === reading.channel)
  if (register === null || isCounted) return { state, blocks: [] }
  const { channel, startMs, stepMs, values, qualities, code: sourceCode } = reading
  const { raw, rawOffset, source } = facts
  const { deviceId } = raw
  const block = {
    deviceId,
    channel,
    source,
    kind: 'interval',
    register,
    startMs,
    stepMs,
    values,
    qualities,
    sourceCode,
    rawOffset,
  } as const
  return { state, blocks: [block] }
}

function takeRegister(state: NormalizerDevice, reading: RegisterReading, facts: Facts): TakenReading {
  const { channel, code, atMs, registerWh } = reading
  const register = registerOf(state, reading)
  if (register === null) return { state, blocks: [] }
  const index = state.registers.findIndex((known) => known.channel === channel && known.register === register)
  const known: RegisterState = state.registers[index] ?? { channel, register, atMs: [], registerWh: [], divisible: [] }
  const taken = takeSample(known, { atMs, registerWh }, facts.ratedW)
  if (taken.state === known) return { state, blocks: [] }
  const registers = index < 0 ? [...state.registers, taken.state] : state.registers.with(index, taken.state)
  const blocks = taken.spans.map((span) => spanBlock(span, { channel, register }, code, facts))
  return { state: { registers, sessions: state.sessions }, blocks }
}

function spanBlock(
  span: Span,
  of: Pick<RegisterState, 'channel' | 'register'>,
  code: string,
  { raw, rawOffset, source }: Facts,
): ReadingBlock {
  return {
    deviceId: raw.deviceId,
    channel: of.channel,
    source,
    kind: span.withdrawn ? 'withdrawn' : 'register',
    register: of.register,
    startMs: span.startMs,
    stepMs: span.endMs - span.startMs,
    values: [span.energyWh],
    qualities: [span.quality],
    sourceCode: span.event === '' ? code : `${code} ${span.event}`.trim(),
    rawOffset,
  }
}
