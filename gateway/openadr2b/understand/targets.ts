/** Says in Drover's terms whom an event of OpenADR 2.0b is for. */
import type { EventTarget } from '../../../schemas/utility.ts'
import type { EventSignal, OadrEvent } from '../types/event.ts'
import type { Target, TargetKind } from '../types/target.ts'

type Targets = readonly EventTarget[] | { readonly fault: string }

const kinds: Readonly<Partial<Record<TargetKind, EventTarget['kind']>>> = {
  venID: 'ven',
  groupID: 'group',
  groupName: 'group',
  resourceID: 'resource',
  meterAsset: 'device',
  endDeviceAsset: 'device',
  serviceArea: 'place',
}

function byKind(targets: readonly Target[]): Targets {
  const found = new Map<EventTarget['kind'], string[]>()
  for (const { kind, id } of targets) {
    const ours = kinds[kind]
    if (ours === undefined) return { fault: `eiTarget: ${kind} "${id}" is not a kind of target that is supported here` }
    found.set(ours, [...(found.get(ours) ?? []), id])
  }
  return [...found].map(([kind, ids]) => ({ kind, ids }))
}

/**
 * The target of a signal names device classes (endDeviceAsset): groups to Drover. They narrow an event that is for the whole VEN; an event
 * that is for some of its resources, and for a class among them, cannot be said with targets that add up, and is refused.
 */
export function targetsOf(event: OadrEvent, signal: EventSignal | undefined): Targets {
  const targets = byKind(event.targets)
  const classes = signal?.targets ?? []
  if ('fault' in targets || classes.length === 0) return targets
  const other = classes.find(({ kind }) => kind !== 'endDeviceAsset')
  if (other) return { fault: `eiTarget: ${other.kind} "${other.id}" cannot be the target of a signal; endDeviceAsset can` }
  if (targets.some(({ kind }) => kind !== 'ven')) return { fault: 'eiTarget: a device class inside of other targets is not supported here' }
  return [...targets, { kind: 'group', ids: classes.map(({ id }) => id) }]
}
