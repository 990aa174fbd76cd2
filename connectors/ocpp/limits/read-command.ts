/** Reads the payloads of commands, each distinct one once: most of a fleet gets the same. */
import type { CentralCall, OcppVersion } from '../wire/dialect.ts'
import type { Schedule } from './charging-schedule.ts'
import { forms } from './forms.ts'
import { decodeWireCommand, type WireCall, type WireCommand } from './wire-command.ts'

/** A call, with the schedule that it sets, where it sets one. */
export interface ReadCall extends CentralCall {
  readonly schedule: Schedule | undefined
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
    const first = readCall(wire, wire.version)
    const later = wire.later.map((call) => ({ fromMs: call.fromMs, call: readCall(call, wire.version) }))
    return { wire, callAt: (nowMs) => later.findLast(({ fromMs }) => fromMs <= nowMs)?.call ?? first }
  } catch {
    return undefined
  }
}

function readCall({ action, payload }: WireCall, version: OcppVersion): ReadCall {
  const schedule = action === 'SetChargingProfile' ? forms[version].scheduleIn(JSON.parse(payload)) : undefined
  return { version, action, payloadJson: payload, schedule }
}
