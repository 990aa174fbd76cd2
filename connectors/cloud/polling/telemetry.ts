/** What an adapter knows of its vendor's telemetry: what to ask for, how to share out an answer, and when values can be expected. Pure. */

import type { Channel } from '../../../schemas/common.ts'
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import type { CloudDevice } from '../device.ts'
import type { VendorCall } from '../line/call.ts'

/** Epoch ms UTC; `untilMs` exclusive. */
export interface Stretch {
  readonly fromMs: number
  readonly untilMs: number
}

/** One device's part of an answer, as it goes to the log. */
export interface DeviceBody {
  readonly deviceId: string
  /** Message name for the log. */
  readonly kind: string
  /** Media type, with parameters for what the body does not say of itself: `application/json; zone=Europe/Berlin`. */
  readonly contentType: string
  readonly body: Buffer
}

export interface CloudTelemetry {
  /** What a device is asked for in calls of their own. */
  streamsOf(attributes: DeviceAttributes): readonly string[]
  /** The stream that carries a channel of a device; undefined: the vendor has no such values. */
  streamOf(attributes: DeviceAttributes, channel: Channel): string | undefined
  /** Length of an interval, ms. */
  readonly stepMs: number
  /** Values are there so long after the end of their interval, as a rule, ms. */
  readonly readyMs: number
  /** Around events a device is asked so often, ms. */
  readonly denseMs: number
  /** Values of so many days back may still change; they are asked for again once a day. */
  readonly restatedDays: number
  /** Longest stretch of a call, ms. */
  readonly longestMs: number
  /** How far back the vendor has values, ms. */
  readonly historyMs: number
  /** Devices that one call can ask about. */
  readonly devicesPerCall: number
  /** Days in which stretches begin: by the device's own zone, or UTC. */
  readonly daysOf: 'device' | 'utc'
  ask(stream: string, devices: readonly CloudDevice[], stretch: Stretch): VendorCall
  /** Devices that the answer leaves out have no part. Throws where it makes no sense. */
  share(answer: VendorAnswer, stream: string, devices: readonly CloudDevice[]): readonly DeviceBody[]
}

export interface VendorAnswer {
  readonly json: unknown
  readonly bytes: Buffer
  readonly contentType: string
}
