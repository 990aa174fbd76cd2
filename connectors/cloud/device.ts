/** A device behind a vendor's cloud, as far as its connector has to know it. */
import { offsetMsAt } from '../../processors/calendar/zone-offset.ts'
import type { DeviceAttributes, DeviceState } from '../../schemas/enrollment.ts'

export interface CloudDevice {
  readonly deviceId: string
  /** Partition of its command topic: it is worked by one node at a time. */
  readonly partition: number
  readonly attributes: DeviceAttributes
  /** Names the entry in the folder of credentials. */
  readonly credential: string
  readonly vendor: string
  /** The vendor's own id of the device; our id where the attributes name none. */
  readonly vendorId: string
  /** IANA zone of the device's local clock. */
  readonly zone: string
  /** It is asked for telemetry. */
  readonly isActive: boolean
}

export const DEFAULT_ZONE = 'UTC'

/** Attributes that say how a cloud reaches a device: `credential`, and in `extra` `vendorId` and `zone`. */
export function deviceOf({ deviceId, attributes, terminatedMs }: DeviceState, partition: number): CloudDevice {
  const { credential, vendor, extra } = attributes
  const zone = extra.zone !== undefined && isZone(extra.zone) ? extra.zone : DEFAULT_ZONE
  return {
    deviceId,
    partition,
    attributes,
    credential,
    vendor,
    vendorId: extra.vendorId || deviceId,
    zone,
    isActive: terminatedMs === null,
  }
}

/** Whether a name is one of an IANA zone. */
export function isZone(name: string): boolean {
  try {
    offsetMsAt(0, name)
    return true
  } catch {
    return false
  }
}

/** The faults that every vendor's devices have alike, the field first; null = none. */
export function faultOfAttributes({ credential, extra }: DeviceAttributes): string | null {
  if (!/^[\w.-]{1,64}$/.test(credential))
    return 'attributes.credential: names no entry of the credentials folder (letters, digits, dots, dashes)'
  if (extra.zone !== undefined && !isZone(extra.zone))
    return `attributes.extra.zone: "${extra.zone}" is no IANA zone such as America/Los_Angeles`
  return null
}
