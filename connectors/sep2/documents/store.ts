/** What all clients have told, rebuilt from the last days of raw records and kept as it comes, from whichever node. */
import type { Followed, LogReader } from '../../../processors/runtime/log.ts'
import type { RawTelemetry } from '../../../schemas/telemetry.ts'
import { telemetryRaw } from '../../../topics/catalogue.ts'
import type { Subscription } from '../messages/others.ts'
import { Refusal } from '../refusal.ts'
import { deviceOfPath } from '../resources/hrefs.ts'
import { type DeviceDocuments, nothingTold, type TakenRecord, takeRecord } from './device-documents.ts'

/** What a client does not say again within this is forgotten at a restart: it subscribes anew, and posts its usage point again. */
const LOOK_BACK_MS = 48 * 3_600_000

/** A subscription, by whom it was made. */
export interface Subscriber {
  readonly deviceId: string
  readonly id: string
  readonly subscription: Subscription
}

export interface DocumentStore {
  of(deviceId: string): DeviceDocuments
  /** Subscriptions to anything below a device; '' = to what is of no single one. */
  subscribersOf(deviceId: string): readonly Subscriber[]
  /** The device whose usage point has this id. */
  holderOf(usagePointId: string): string | undefined
  /** Takes a record that is on the log. */
  take(raw: TakenRecord): void
}

export function createDocumentStore(): DocumentStore {
  const devices = new Map<string, DeviceDocuments>()
  const holders = new Map<string, string>()
  const subscribers = new Map<string, Map<string, Subscriber>>()

  function indexUsagePoints(deviceId: string, before: DeviceDocuments, after: DeviceDocuments): void {
    if (after.usagePoints === before.usagePoints) return
    for (const id of before.usagePoints.keys()) holders.delete(id)
    for (const id of after.usagePoints.keys()) holders.set(id, deviceId)
  }

  function indexSubscriptions(deviceId: string, before: DeviceDocuments, after: DeviceDocuments): void {
    if (after.subscriptions === before.subscriptions) return
    for (const [id, { subscribedResource }] of before.subscriptions) subscribers.get(deviceOfPath(subscribedResource))?.delete(id)
    for (const [id, subscription] of after.subscriptions) {
      const target = deviceOfPath(subscription.subscribedResource)
      subscribers.set(target, (subscribers.get(target) ?? new Map()).set(id, { deviceId, id, subscription }))
    }
  }

  return {
    of: (deviceId) => devices.get(deviceId) ?? nothingTold,
    subscribersOf: (deviceId) => [...(subscribers.get(deviceId)?.values() ?? [])],
    holderOf: (usagePointId) => holders.get(usagePointId),
    take(raw) {
      const { deviceId } = raw
      const before = devices.get(deviceId) ?? nothingTold
      const after = takeRecord(before, raw)
      devices.set(deviceId, after)
      indexUsagePoints(deviceId, before, after)
      indexSubscriptions(deviceId, before, after)
    },
  }
}

export interface FollowedDocuments {
  /** False until the past is known: what is not there may still come. */
  isWhole(): boolean
  stop(): Promise<void>
}

/** `onTaken` is told of each record, also of those of the past. It does not wait for the past. */
export async function followDocuments(
  reader: LogReader,
  nowMs: number,
  store: DocumentStore,
  onTaken: (raw: RawTelemetry) => void,
): Promise<FollowedDocuments> {
  let whole = false
  const take = ({ value: raw }: Followed<RawTelemetry>): void => {
    if (!raw) return
    try {
      store.take(raw)
      onTaken(raw)
    } catch (error) {
      // What is on the log was read when it came; a record by another hand shows nothing.
      if (!(error instanceof Refusal)) throw error
    }
  }
  const following = await reader.follow([telemetryRaw.sep2], { sinceMs: nowMs - LOOK_BACK_MS }, (records) => records.forEach(take))
  following.caughtUp.then(
    () => {
      whole = true
    },
    () => undefined,
  )
  return { isWhole: () => whole, stop: following.stop }
}
