/** A fleet of all kinds of devices as one: each is asked of its own part. */
import type { Kind, Part } from './part.ts'

export interface MixedFleet extends Omit<Part, 'connected'> {
  kindOf(id: string): Kind
  /** By kind, of those that have devices. */
  connected(): Readonly<Partial<Record<Kind, number>>>
}

/** Devices are listed part by part. Throws where two parts have a device of one name. */
export function mixFleet(parts: Readonly<Partial<Record<Kind, Part>>>): MixedFleet {
  const all = Object.entries(parts) as [Kind, Part][]
  const places = new Map(all.flatMap(([kind, part]) => part.ids().map((id) => [id, { kind, part }] as const)))
  const ids = all.flatMap(([, part]) => [...part.ids()])
  if (places.size !== ids.length) throw new RangeError(`${ids.length - places.size} devices of the fleet have names of others`)

  function placeOf(id: string): { readonly kind: Kind; readonly part: Part } {
    const place = places.get(id)
    if (!place) throw new RangeError(`no device ${id} in this fleet`)
    return place
  }
  const partOf = (id: string): Part => placeOf(id).part
  return {
    ids: () => ids,
    kindOf: (id) => placeOf(id).kind,
    attributesOf: (id) => partOf(id).attributesOf(id),
    start() {
      for (const [, part] of all) part.start()
    },
    async stop() {
      await Promise.all(all.map(([, part]) => part.stop()))
    },
    speaksFirst: (id) => partOf(id).speaksFirst(id),
    connected: () => Object.fromEntries(all.map(([kind, part]) => [kind, part.connected()])),
    meterWh: (id, startMs, endMs) => partOf(id).meterWh(id, startMs, endMs),
    historyIntervalsWh: (id, startMs, stepMs, count) => partOf(id).historyIntervalsWh(id, startMs, stepMs, count),
    isObedient: (id) => partOf(id).isObedient(id),
  }
}
