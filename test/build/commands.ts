/** Commands, acks and connections as dispatcher and connectors write them; to be changed where a test needs it. */

import type { DeviceConnection } from '../../schemas/devices.ts'
import type { Command, DeviceAck, Segment } from '../../schemas/dispatch.ts'
import { hashId } from '../../topics/ids.ts'
import { HOUR_MS, NOON_MS } from './events.ts'

export const aSegment = (changes: Partial<Segment> = {}): Segment => ({
  startMs: NOON_MS + 2 * HOUR_MS,
  endMs: NOON_MS + 4 * HOUR_MS,
  level: '2',
  limitW: 5500,
  eventId: 'E',
  programId: 'summer-shed',
  ...changes,
})

/** Command 1 to d-1 for event E from 14:00 to 16:00, issued at noon; a release where `segments` is empty. Id and expiry follow. */
export function aCommand(changes: Partial<Command> = {}): Command {
  const { deviceId = 'd-1', seq = 1, segments = [aSegment()] } = changes
  const payload = Buffer.from(`${deviceId}/${seq}`)
  return {
    commandId: hashId(deviceId, seq),
    deviceId,
    seq,
    issuedMs: NOON_MS,
    expiresMs: segments.at(-1)?.endMs ?? null,
    segments,
    test: 'none',
    payload,
    payloadHash: hashId(String(payload)),
    calledW: segments.length > 0 ? 5500 : 0,
    ...changes,
  }
}

/** What a connector saw about a command. */
export const anAck = (command: Command, status: DeviceAck['status'], changes: Partial<DeviceAck> = {}): DeviceAck => ({
  deviceId: command.deviceId,
  commandId: command.commandId,
  seq: command.seq,
  status,
  atMs: NOON_MS,
  epoch: -1,
  node: 'node-1',
  vendorHandle: '',
  part: '',
  code: '',
  detail: '',
  release: command.segments.length === 0,
  lastEndMs: command.segments.at(-1)?.endMs ?? 0,
  expiresMs: command.expiresMs,
  ...changes,
})

/** d-1 opened an OCPP connection; `epoch` is given with a close. */
export const aConnection = (changes: Partial<DeviceConnection> = {}): DeviceConnection => ({
  deviceId: 'd-1',
  protocol: 'ocpp',
  node: 'node-1',
  opened: true,
  epoch: -1,
  atMs: NOON_MS,
  reason: '',
  ...changes,
})
