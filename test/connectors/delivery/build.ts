/** Commands and acks for tests of delivery. */
import { type DeviceFile, emptyFile, lastEndMs, takeAck, takeCommand } from '../../../connectors/delivery/device-file.ts'
import type { AckStatus, Command, DeviceAck } from '../../../schemas/dispatch.ts'

export const NOW_MS = Date.UTC(2026, 6, 1, 12)
export const HOUR_MS = 3_600_000

/** A limit from now until `endMs`; `endMs` 0 = a release. */
export function aCommand(seq: number, endMs = NOW_MS + HOUR_MS): Command {
  const segments = endMs === 0 ? [] : [{ startMs: NOW_MS, endMs, level: '1', limitW: 1_000, eventId: 'E', programId: 'P' }]
  return {
    commandId: `command-${seq}`,
    deviceId: 'D',
    seq,
    issuedMs: NOW_MS,
    expiresMs: endMs === 0 ? null : endMs,
    segments,
    test: 'none',
    payload: Buffer.alloc(0),
    payloadHash: '',
    calledW: 0,
  }
}

export const aRelease = (seq: number): Command => aCommand(seq, 0)

export function anAck(command: Command, status: AckStatus, atMs = NOW_MS): DeviceAck {
  const { deviceId, commandId, seq, expiresMs } = command
  return {
    deviceId,
    commandId,
    seq,
    status,
    atMs,
    epoch: 0,
    node: 'n',
    vendorHandle: '',
    part: '',
    code: '',
    detail: '',
    release: command.segments.length === 0,
    lastEndMs: lastEndMs(command),
    expiresMs,
  }
}

/** The file after commands and acks, in this order. */
export function fileOf(...story: readonly (Command | DeviceAck)[]): DeviceFile {
  return story.reduce((file, record) => ('status' in record ? takeAck(file, record) : takeCommand(file, record)), emptyFile)
}
