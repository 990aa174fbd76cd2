/** Files, acks and parts of devices behind a cloud, for tests of what is decided about them. */
import type { Sight, VendorObject } from '../../../../connectors/cloud/control/control.ts'
import type { CloudStep, Situation } from '../../../../connectors/cloud/control/decide.ts'
import { nextCloudStep } from '../../../../connectors/cloud/control/decide.ts'
import { encodePayload, type Part, readParts } from '../../../../connectors/cloud/control/part.ts'
import type { DeviceFile } from '../../../../connectors/delivery/device-file.ts'
import { enphaseControl } from '../../../../connectors/inverter/enphase/control.ts'
import { resideoControl } from '../../../../connectors/thermostat/resideo/control.ts'
import type { AckStatus, Command, DeviceAck } from '../../../../schemas/dispatch.ts'
import { aCommand, anAck, fileOf, HOUR_MS, NOW_MS } from '../../delivery/build.ts'

export { enphaseControl, HOUR_MS, NOW_MS, resideoControl }

/** From some hours from now to others, with contents of a name. */
export type Stretch = readonly [fromHours: number, untilHours: number, content: string]

export function partsOf(...stretches: readonly Stretch[]): readonly Part[] {
  const contents = stretches.map(([from, until, content]) => ({
    startMs: NOW_MS + from * HOUR_MS,
    endMs: NOW_MS + until * HOUR_MS,
    bodies: { '': { content } },
  }))
  return readParts(encodePayload('vendor', contents), 'vendor') ?? []
}

/** A command of these parts; none = a release. */
export function commandOf(seq: number, parts: readonly Part[]): Command {
  const base = aCommand(seq, parts.length === 0 ? 0 : (parts.at(-1)?.endMs ?? 0))
  const segments = parts.map(({ startMs, endMs }) => ({ startMs, endMs, level: '1', limitW: 0, eventId: 'E', programId: 'P' }))
  return { ...base, segments }
}

export const ackOf = (command: Command, status: AckStatus, part: Part | undefined, vendorHandle = 'handle'): DeviceAck => ({
  ...anAck(command, status),
  part: part?.key ?? '',
  vendorHandle,
})

export const sightOf = (objects: readonly Partial<VendorObject>[] = [], changes: Partial<Sight> = {}): Sight => ({
  atMs: NOW_MS,
  mode: '',
  online: true,
  objects: objects.map((object) => ({
    name: 'name',
    handle: 'handle',
    startMs: NOW_MS,
    endMs: NOW_MS + HOUR_MS,
    state: 'running',
    code: '',
    ...object,
  })),
  setting: '',
  ...changes,
})

export function stepOf(file: DeviceFile, parts: readonly Part[], changes: Partial<Situation> = {}): CloudStep {
  return nextCloudStep({ file, parts, control: enphaseControl, sight: undefined, nowMs: NOW_MS, ...changes })
}

export { fileOf }
