/** Chargers by OCPP 1.6J and 2.0.1 as a part of a mixed fleet. */
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import { someAttributes } from '../../build/changes.ts'
import { createFleet, type Fleet, type FleetOptions } from '../fleet.ts'
import type { Part } from './part.ts'

/** Vendors that the chargers are spread over. */
const VENDORS = 20

/** As each charger of a fleet is to be registered. */
export function registeredAs({ ids, traitsOf }: Pick<Fleet, 'ids' | 'traitsOf'>): (id: string) => DeviceAttributes {
  const places = new Map(ids().map((id, index) => [id, index] as const))
  return (id) => {
    const { units, ratedW, standingLimitW, phases, voltageV, maxStackLevel, maxPeriods, ocppVersion } = traitsOf(id)
    const place = places.get(id) ?? 0
    return someAttributes({
      ...{ protocol: 'ocpp', vendor: `vendor-${place % VENDORS}`, model: `model-${place % 4}`, placeId: `feeder-${place % 12}` },
      ...{ ratedW, standingLimitW: standingLimitW ?? null, minimumW: 0, phases, voltageV, cadenceS: 900 },
      limitUnit: units.includes('Power') ? 'W' : 'A',
      extra: { stackLevel: String(maxStackLevel), maxPeriods: String(maxPeriods), ocppVersion },
    })
  }
}

export function chargers(options: FleetOptions): Part {
  const fleet = createFleet(options)
  const isOnline = (id: string): boolean => fleet.traitsOf(id).presence === 'online'
  return {
    ids: fleet.ids,
    attributesOf: registeredAs(fleet),
    start: fleet.start,
    stop: fleet.stop,
    speaksFirst: isOnline,
    connected: () => fleet.stats().connected,
    meterWh: fleet.meterWh,
    historyIntervalsWh: fleet.historyIntervalsWh,
    isObedient: (id) => fleet.traitsOf(id).answering === 'normal' && isOnline(id),
  }
}
