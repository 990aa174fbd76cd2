/** Batteries and controllable loads by IEEE 2030.5 as a part of a mixed fleet. */
import { someAttributes } from '../../build/changes.ts'
import { createSep2Fleet, type FleetOptions } from '../sep2/fleet.ts'
import { extraOf } from '../sep2/traits.ts'
import type { Part } from './part.ts'

type Certificate = Awaited<ReturnType<FleetOptions['certificateOf']>>

export interface DerOptions extends Omit<FleetOptions, 'certificateOf'> {
  /** Issued before: the registry has to know whom to expect. */
  readonly certificates: ReadonlyMap<string, Certificate>
  /** How often clients are asked to poll, simulated seconds. */
  readonly pollRateS: number
}

export function ders({ certificates, pollRateS, ...options }: DerOptions): Part {
  function certificateOf(id: string): Certificate {
    const certificate = certificates.get(id)
    if (!certificate) throw new RangeError(`${id}: has no certificate`)
    return certificate
  }
  const fleet = createSep2Fleet({ ...options, certificateOf: async (id) => certificateOf(id) })
  return {
    ids: fleet.ids,
    attributesOf(id) {
      const traits = fleet.traitsOf(id)
      const extra = { ...extraOf(traits, certificateOf(id).lfdi), pollRateS: String(pollRateS) }
      return someAttributes({
        ...{ protocol: 'sep2', vendor: 'der-vendor', model: traits.kind, ratedW: traits.ratedW, minimumW: 0, cadenceS: 900, extra },
      })
    },
    start: fleet.start,
    stop: fleet.stop,
    speaksFirst: (id) => fleet.traitsOf(id).presence === 'online',
    connected: fleet.connected,
    meterWh: fleet.meterWh,
    historyIntervalsWh: fleet.historyIntervalsWh,
    isObedient: (id) => fleet.traitsOf(id).answering === 'normal' && fleet.traitsOf(id).presence === 'online',
  }
}
