/** Resolves the targets of an event: whether they mean us, and which of our devices. */
import type { EventTarget } from '../../schemas/utility.ts'
import type { Target } from './model/object.ts'
import type { ResourceObject, VenObject } from './model/party.ts'
import { WireFault } from './wire-fault.ts'

/** Who we are at the VTN, as far as it shows us. */
export interface Ourselves {
  readonly venName: string
  readonly ven: VenObject | undefined
  readonly resources: readonly ResourceObject[]
}

/** 3.0 target types; 'none' restricts nothing that the program and the event do not already say. */
const kinds: Readonly<Record<string, EventTarget['kind'] | 'none'>> = {
  VEN_NAME: 'ven',
  RESOURCE_NAME: 'resource',
  GROUP: 'group',
  GROUP_NAME: 'group',
  SERVICE_AREA: 'place',
  POWER_SERVICE_LOCATION: 'place',
  PROGRAM_NAME: 'none',
  EVENT_NAME: 'none',
}

const everybody: readonly EventTarget[] = [{ kind: 'all', ids: [] }]

const collect = (found: ReadonlyMap<EventTarget['kind'], ReadonlySet<string>>): readonly EventTarget[] =>
  [...found].map(([kind, ids]) => ({ kind, ids: [...ids] }))

const add = (found: Map<EventTarget['kind'], Set<string>>, kind: EventTarget['kind'], ids: readonly string[]): void => {
  found.set(kind, new Set([...(found.get(kind) ?? []), ...ids]))
}

/** 3.0: pairs of type and values. A VEN target beside narrower ones only says who we are. */
function typedTargets(targets: readonly Extract<Target, object>[], us: Ourselves): readonly EventTarget[] | 'not ours' {
  const found = new Map<EventTarget['kind'], Set<string>>()
  for (const { type, values } of targets) {
    const kind = kinds[type]
    if (kind === undefined) throw new WireFault('targets', `${type} is not a type of target that is supported here`)
    if (kind !== 'none') add(found, kind, values)
  }
  const vens = found.get('ven')
  if (vens && !vens.has(us.venName)) return 'not ours'
  found.delete('ven')
  return found.size === 0 ? everybody : collect(found)
}

/**
 * 3.1: plain strings, matched against what the VTN granted to our VEN and to each of our resources. What is granted to neither is a group
 * of ours, or nobody; it never means everybody.
 */
function plainTargets(targets: readonly string[], { venName, ven, resources }: Ourselves): readonly EventTarget[] {
  const granted = ven?.targets ?? []
  if (targets.some((target) => target === venName || granted.includes(target))) return everybody
  const found = new Map<EventTarget['kind'], Set<string>>()
  for (const target of targets) {
    const names = resources.filter((one) => one.resourceName === target || one.targets?.includes(target)).map((one) => one.resourceName)
    if (names.length > 0) add(found, 'resource', names)
    else add(found, 'group', [target])
  }
  return collect(found)
}

/** No targets: everybody. `not ours`: the event names VENs, and not us. Throws a WireFault for a type of target without meaning here. */
export function resolveTargets(targets: readonly Target[] | undefined, us: Ourselves): readonly EventTarget[] | 'not ours' {
  if (!targets || targets.length === 0) return everybody
  const typed = targets.filter((target) => typeof target !== 'string')
  if (typed.length > 0) return typedTargets(typed, us)
  return plainTargets(
    targets.filter((target) => typeof target === 'string'),
    us,
  )
}
