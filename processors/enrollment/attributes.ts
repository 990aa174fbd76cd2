/** Says which attributes of a device make no sense. */
import type { DeviceAttributes } from '../../schemas/enrollment.ts'

/** Every fault with its field; empty = sound. */
export function findAttributeFaults(attributes: DeviceAttributes): readonly string[] {
  const { protocol, ratedW, standingLimitW, minimumW, phases, voltageV, cadenceS } = attributes
  const commanded = protocol !== 'none'
  return [
    commanded && ratedW <= 0 && 'attributes.ratedW: must be positive',
    ratedW < 0 && 'attributes.ratedW: is negative',
    standingLimitW !== null && standingLimitW < 0 && 'attributes.standingLimitW: is negative',
    minimumW < 0 && 'attributes.minimumW: is negative',
    minimumW > ratedW && 'attributes.minimumW: is above ratedW',
    ![1, 2, 3].includes(phases) && 'attributes.phases: is not 1, 2 or 3',
    voltageV <= 0 && 'attributes.voltageV: must be positive',
    cadenceS < 0 && 'attributes.cadenceS: is negative',
  ].filter((fault) => fault !== false)
}
