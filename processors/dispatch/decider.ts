/** Decides for many devices at one time, and thinks once about those that are alike. */
import type { Protocol } from '../../schemas/common.ts'
import type { DeviceState, Enrollment } from '../../schemas/enrollment.ts'
import type { OperatorHold } from '../../schemas/utility.ts'
import { type Decision, decide } from './decide.ts'
import type { EventInForce } from './events-in-force.ts'
import { templateSetNumber } from './interned-devices.ts'
import type { LedgerState } from './ledger.ts'
import type { ProtocolRenderer } from './renderer.ts'
import { hashBucket, offsetS } from './seed.ts'
import { isDivided } from './share.ts'
import { isSpread } from './stagger.ts'
import { stops } from './targets.ts'

export type Renderers = Readonly<Partial<Record<Protocol, ProtocolRenderer>>>

export type Decider = (device: DeviceState, ledger: LedgerState) => Decision

/** What in a device makes a difference to the events at hand. */
interface Concerns {
  readonly eventIds: ReadonlySet<string>
  readonly fromMs: number
  readonly untilMs: number
  readonly resources: boolean
  readonly places: boolean
  /** Operator stops that one device is under and another is not. */
  readonly holds: readonly OperatorHold[]
  readonly buckets: boolean
  /** A limit for all devices together is divided by what each can draw. */
  readonly shares: boolean
  readonly spread: readonly EventInForce[]
  /** Devices are named one by one, or by groups of their own. */
  readonly single: boolean
}

function concernsOf(events: readonly EventInForce[]): Concerns {
  const holds = [...new Set(events.flatMap((event) => event.holds))]
  const targets = events.map((event) => event.targets)
  return {
    eventIds: new Set(events.map(({ event }) => event.eventId)),
    fromMs: Math.min(...events.flatMap(({ event, spans }) => [event.startMs, ...spans.map(({ startMs }) => startMs)])),
    untilMs: Math.max(...events.flatMap(({ event, spans }) => [event.endMs, ...spans.map(({ endMs }) => endMs)])),
    resources: targets.some(({ resources }) => resources.size > 0),
    places: targets.some(({ places }) => places.size > 0),
    holds: holds.filter(({ scope }) => scope === 'vendor' || scope === 'place'),
    buckets: events.some(({ allocation }) => allocation !== undefined && !allocation.division),
    shares: events.some(({ event, terms }) => isDivided(event, terms)),
    spread: events.filter(isSpread),
    single: targets.some(({ devices, groups }) => devices.size > 0 || groups.size > 0),
  }
}

/** Longest that a stagger may move an end; enrollments that end so close are looked at one by one. */
const MARGIN_MS = 86_400_000

const spansAll = ({ fromMs, untilMs }: Enrollment, concerns: Concerns): boolean =>
  fromMs <= concerns.fromMs && (untilMs === null || untilMs >= concerns.untilMs + MARGIN_MS)

/** Whether nothing of the device's own history bears on the events. */
function isPlain(device: DeviceState, concerns: Concerns): boolean {
  if (concerns.single || device.terminatedMs !== null || device.suspensions.length > 0) return false
  for (const enrollment of device.enrollments) if (!spansAll(enrollment, concerns)) return false
  for (const { eventId } of device.optOuts) if (concerns.eventIds.has(eventId)) return false
  return true
}

/** All of a plain device's attributes, templates and enrollments that a decision depends on, as text. */
function commonKindOf({ attributes, templates, enrollments }: DeviceState, concerns: Concerns): string {
  const { protocol, ratedW, standingLimitW, minimumW, placeId } = attributes
  let kind = `${templateSetNumber(templates)}|${protocol}|${ratedW}|${standingLimitW}`
  for (const { programId, registration, resourceId } of enrollments)
    kind += `|${programId}|${registration}|${concerns.resources ? resourceId : ''}`
  if (concerns.places) kind += `|${placeId}`
  if (concerns.shares) kind += `|${minimumW}`
  return kind
}

/** Remembers the kind of devices that share all three objects, as those of a table do that are alike: comparing them costs less than the text. */
function rememberKinds(concerns: Concerns): (device: DeviceState) => string {
  const known = new WeakMap<DeviceState['attributes'], Pick<DeviceState, 'templates' | 'enrollments'> & { readonly kind: string }>()
  return (device) => {
    const { attributes, templates, enrollments } = device
    const like = known.get(attributes)
    if (like && like.templates === templates && like.enrollments === enrollments) return like.kind
    const kind = commonKindOf(device, concerns)
    known.set(attributes, { templates, enrollments, kind })
    return kind
  }
}

/** All of a plain device that a decision depends on, as text. */
function kindOf(device: DeviceState, common: string, concerns: Concerns): string {
  let kind = common
  for (const hold of concerns.holds) kind += stops(hold, device, '') ? '|held' : '|'
  if (concerns.buckets) kind += `|${hashBucket(device.deviceId)}`
  for (const { event, terms, seed } of concerns.spread) {
    const spreads = event.randomizeStartS > 0 ? [event.randomizeStartS] : [terms.startStaggerS, terms.releaseStaggerS]
    for (const spreadS of spreads) kind += `|${offsetS(spreadS, device.deviceId, seed)}`
  }
  return kind
}

/** A decider for events and a time. `eventsOf` picks the events that a device's programs take part in, in order of precedence. */
export function createDecider(events: readonly EventInForce[], renderers: Renderers, nowMs: number): Decider {
  const concerns = concernsOf(events)
  const commonKind = rememberKinds(concerns)
  const known = new Map<LedgerState, Map<string, Decision>>()

  function think(device: DeviceState, ledger: LedgerState): Decision {
    return decide(device, ledger, events, renderers[device.attributes.protocol], nowMs)
  }

  return (device, ledger) => {
    if (!isPlain(device, concerns)) return think(device, ledger)
    let alike = known.get(ledger)
    if (!alike) {
      alike = new Map()
      known.set(ledger, alike)
    }
    const kind = kindOf(device, commonKind(device), concerns)
    const decided = alike.get(kind) ?? think(device, ledger)
    alike.set(kind, decided)
    return decided
  }
}
