/** Reads the payloads of commands, each distinct one once: most of a fleet gets the same. */
import { type ChargingSchedule, chargingProfile } from '../v16/charging-profile.ts'
import { parseTimestamp } from '../wire/timestamp.ts'
import { decodeWireCommand, type WireCall, type WireCommand } from './wire-command.ts'

/** A call, with the schedule that it sets, where it sets one. */
export interface ReadCall extends WireCall {
  readonly schedule: { readonly asked: ChargingSchedule; readonly startMs: number } | undefined
}

export interface ReadCommand {
  readonly wire: WireCommand
  /** The call that is due at `nowMs`. */
  callAt(nowMs: number): ReadCall
}

const MOST = 1_000

/** A reader with its own memory; undefined where the bytes are no command of ours. */
export function createCommandReader(): (payload: Buffer) => ReadCommand | undefined {
  const known = new Map<string, ReadCommand | undefined>()
  return (payload) => {
    const text = payload.toString('latin1')
    if (known.has(text)) return known.get(text)
    if (known.size >= MOST) known.clear()
    const command = read(payload)
    known.set(text, command)
    return command
  }
}

function read(payload: Buffer): ReadCommand | undefined {
  try {
    const wire = decodeWireCommand(payload)
    const first = readCall(wire)
    const later = wire.later.map((call) => ({ fromMs: call.fromMs, call: readCall(call) }))
    return { wire, callAt: (nowMs) => later.findLast(({ fromMs }) => fromMs <= nowMs)?.call ?? first }
  } catch {
    return undefined
  }
}

function readCall({ action, payload }: WireCall): ReadCall {
  if (action !== 'SetChargingProfile') return { action, payload, schedule: undefined }
  const asked = chargingProfile.parse(JSON.parse(payload).csChargingProfiles).chargingSchedule
  const startMs = parseTimestamp(asked.startSchedule ?? '')
  return { action, payload, schedule: startMs === undefined ? undefined : { asked, startMs } }
}
