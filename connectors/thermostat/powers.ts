/** What the equipment behind a thermostat draws while it runs: no vendor meters it, so that the registration says it. Pure. */
import type { DeviceAttributes } from '../../schemas/enrollment.ts'
import { parameterOf } from '../cloud/media-type.ts'

/** Power while running, W, by what runs; as parameters of a media type. */
export interface Powers {
  readonly 'cool-w': number
  readonly 'heat-w': number
  readonly 'aux-w': number
}

/** `extra.coolW`, `extra.heatW`, `extra.auxW`; the rated power where they are not given. A gas furnace heats with 0 W. */
export function powersOf({ ratedW, extra }: DeviceAttributes): Powers & Record<string, number> {
  const powerOf = (text: string | undefined): number => (/^\d{1,7}$/.test(text ?? '') ? Number(text) : ratedW)
  return { 'cool-w': powerOf(extra.coolW), 'heat-w': powerOf(extra.heatW), 'aux-w': powerOf(extra.auxW) }
}

/** The powers that a raw record was received with. */
export function readPowers(contentType: string): Powers {
  const read = (name: keyof Powers): number => Number(parameterOf(contentType, name) ?? 0)
  return { 'cool-w': read('cool-w'), 'heat-w': read('heat-w'), 'aux-w': read('aux-w') }
}

/** Energy of seconds of running, Wh, not rounded. */
export const runtimeWh = (seconds: number, powerW: number): number => (seconds * powerW) / 3600
