/** What a client has to tell of its meter: whole intervals that are over, in its own way of writing energy, by its own clock. */
import { meterReadingXml, type Series, type Value } from './documents.ts'
import type { Registers } from './meter.ts'
import type { Traits } from './traits.ts'

const IMPORT = 'A1'
const EXPORT = 'A2'
const MOST_AT_ONCE = 48
const KEPT_INTERVALS = 6

const TYPES: Readonly<Record<Traits['dialect'], string>> = {
  deltas: '<accumulationBehaviour>4</accumulationBehaviour>FLOW<uom>72</uom>',
  tenths: '<accumulationBehaviour>4</accumulationBehaviour>FLOW<powerOfTenMultiplier>-1</powerOfTenMultiplier><uom>72</uom>',
  registers: '<accumulationBehaviour>9</accumulationBehaviour>FLOW<uom>72</uom>',
}

/** Of its usage point. */
export const seriesOf = ({ dialect }: Traits): readonly Series[] =>
  [
    [IMPORT, 1],
    [EXPORT, 19],
  ].map(([mRID, flow]) => ({ mRID: String(mRID), type: TYPES[dialect].replace('FLOW', `<flowDirection>${flow}</flowDirection>`) }))

export interface Journal {
  /** Bodies to post now, and what to call once they were taken. */
  due(nowMs: number): { readonly bodies: readonly string[]; readonly untilMs: number } | undefined
  onTaken(untilMs: number): void
  /** Nobody is told of what was metered before. */
  begin(nowMs: number): void
  /** Up to where the meter has been told, as the log has it. */
  toldMs(): number
}

/** All times are by its own clock. */
export function createJournal(traits: Traits, registersAt: (timeMs: number) => Registers, startMs: number, stepMs: number): Journal {
  const { dialect, batches, readsLateS } = traits
  const lateMs = readsLateS * 1000
  let toldMs = Math.ceil(startMs / stepMs) * stepMs

  function valuesOf(untilMs: number, read: (timeMs: number) => number): Value[] {
    const values: Value[] = []
    for (let fromMs = toldMs + lateMs; fromMs < untilMs + lateMs; fromMs += stepMs) {
      const endWh = read(fromMs + stepMs)
      const value = dialect === 'registers' ? endWh : endWh - read(fromMs)
      values.push({ startS: fromMs / 1000, durationS: stepMs / 1000, value: dialect === 'tenths' ? 10 * value : value })
    }
    return values
  }

  return {
    due(nowMs) {
      const count = Math.floor((nowMs - lateMs - toldMs) / stepMs)
      if (count < (batches ? KEPT_INTERVALS : 1)) return undefined
      const untilMs = toldMs + Math.min(count, MOST_AT_ONCE) * stepMs
      const imported = valuesOf(untilMs, (timeMs) => registersAt(timeMs).importWh)
      const exported = valuesOf(untilMs, (timeMs) => registersAt(timeMs).exportWh)
      return { bodies: [meterReadingXml(IMPORT, imported), meterReadingXml(EXPORT, exported)], untilMs }
    },
    onTaken(untilMs) {
      toldMs = untilMs
    },
    begin(nowMs) {
      toldMs = Math.max(toldMs, Math.ceil(nowMs / stepMs) * stepMs)
    },
    // Intervals are moved to the clock, registers are not.
    toldMs: () => toldMs + (dialect === 'registers' ? lateMs : 0),
  }
}
