/** What a client's registers show: they do not begin at 0, but for once where its meter is replaced. */
import { firstRegisterWh } from '../load-model.ts'
import type { Meter, Registers } from './meter.ts'
import type { Traits } from './traits.ts'

export interface ShownRegisters {
  at(timeMs: number): Registers
  /** When the meter is replaced; undefined = never. */
  readonly resetMs: number | undefined
}

export function createRegisters(seed: number, { id, resetsAfterMs }: Traits, meter: Meter, startMs: number): ShownRegisters {
  const resetMs = resetsAfterMs === undefined ? undefined : startMs + resetsAfterMs
  const first = { importWh: firstRegisterWh(seed, id), exportWh: firstRegisterWh(seed, `${id} export`) }
  return {
    resetMs,
    at(timeMs) {
      const { importWh, exportWh } = meter.registers(timeMs)
      if (resetMs === undefined || timeMs < resetMs) return { importWh: first.importWh + importWh, exportWh: first.exportWh + exportWh }
      const before = meter.registers(resetMs)
      return { importWh: importWh - before.importWh, exportWh: exportWh - before.exportWh }
    },
  }
}
