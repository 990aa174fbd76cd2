/** The payload of a command to an OCPP station: calls in the order in which the station needs them, as JSON. */
import { z } from 'zod'
import type { OcppVersion } from '../wire/dialect.ts'

/** A call's `payload` is JSON text, so that the station gets the very bytes that were decided. */
export interface WireCall {
  readonly action: 'SetChargingProfile' | 'ClearChargingProfile'
  readonly payload: string
}

/** What follows where a station takes fewer periods than the timeline has: a call that is due from `fromMs`, and replaces the one before. */
export interface LaterCall extends WireCall {
  readonly fromMs: number
}

export interface WireCommand extends WireCall {
  /** Of OCPP, in which all its calls are written. */
  readonly version: OcppVersion
  readonly later: readonly LaterCall[]
}

/** `{"version":…,"action":…,"payload":{…}}`, with `"later":[{"fromMs":…,"action":…,"payload":{…}}]` where there is more; no version = 1.6. */
export function encodeWireCommand({ version, later, ...first }: WireCommand): Buffer {
  const rest = later.map(({ fromMs, ...call }) => `{"fromMs":${fromMs},${bodyOf(call)}}`)
  const head = version === '1.6' ? '' : `"version":"${version}",`
  return Buffer.from(`{${head}${bodyOf(first)}${rest.length === 0 ? '' : `,"later":[${rest.join(',')}]`}}`)
}

const call = { action: z.enum(['SetChargingProfile', 'ClearChargingProfile']), payload: z.record(z.string(), z.unknown()) }
const wireCommand = z.object({
  version: z.enum(['1.6', '2.0.1']).default('1.6'),
  ...call,
  later: z.array(z.object({ fromMs: z.number(), ...call })).default([]),
})

/** Throws where the bytes are no command of ours. */
export function decodeWireCommand(bytes: Buffer): WireCommand {
  const { version, action, payload, later } = wireCommand.parse(JSON.parse(bytes.toString('utf8')))
  return {
    version,
    action,
    payload: JSON.stringify(payload),
    later: later.map((next) => ({ fromMs: next.fromMs, action: next.action, payload: JSON.stringify(next.payload) })),
  }
}

/** When the first call after `afterMs` is due; undefined where none is. */
export const nextCallMs = (command: WireCommand, afterMs: number): number | undefined =>
  command.later.find(({ fromMs }) => fromMs > afterMs)?.fromMs

function bodyOf({ action, payload }: WireCall): string {
  return `"action":"${action}","payload":${payload}`
}
