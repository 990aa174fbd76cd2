/** Carries commands to stations as charging profiles, and asks them for the schedule that they mean to follow. */
import type { Clock } from '../../processors/runtime/clock.ts'
import type { Command } from '../../schemas/dispatch.ts'
import type { Checked, DevicePort } from '../delivery/device-port.ts'
import type { CentralResponse } from './central-messages.ts'
import { chargingProfile } from './charging-profile.ts'
import { deliveredOf } from './delivered.ts'
import { askForSchedule, compareSchedules } from './read-back.ts'
import type { OcppServer } from './server.ts'
import { parseTimestamp } from './timestamp.ts'
import { callAt, decodeWireCommand, nextCallMs, type WireCommand } from './wire-command.ts'

export interface StationPortOptions {
  /** The server that holds the sockets; asked for at each call, since it starts after the port. */
  readonly server: () => Pick<OcppServer, 'call'>
  readonly epochOf: (deviceId: string) => number | undefined
  readonly clock: Clock
}

const ID_LENGTH = 32
const TRIES = 36 ** 4

/** The command that a frame's UniqueId came from: its id, and four characters that tell tries apart. */
export const commandIdOf = (uniqueId: string): string => uniqueId.slice(0, ID_LENGTH)

export function createStationPort({ server, epochOf, clock }: StationPortOptions): DevicePort {
  let tries = 0

  function uniqueIdFor({ commandId }: Command): string {
    tries = (tries + 1) % TRIES
    return commandId.slice(0, ID_LENGTH) + tries.toString(36).padStart(4, '0')
  }

  return {
    epochOf,
    async deliver(command) {
      const wire = read(command)
      if (!wire) return { status: 'rejected', code: '', detail: 'payload: is not one of this connector', vendorHandle: '' }
      const { action, payload } = callAt(wire, clock.nowMs())
      return deliveredOf(await server().call(command.deviceId, action, payload, { uniqueId: uniqueIdFor(command) }))
    },
    async verify(command) {
      const wire = read(command)
      const { action, payload } = wire ? callAt(wire, clock.nowMs()) : { action: '', payload: '' }
      if (action !== 'SetChargingProfile') return unknown('the command sets no limit')
      const { chargingSchedule } = chargingProfile.parse(JSON.parse(payload).csChargingProfiles)
      const startMs = parseTimestamp(chargingSchedule.startSchedule ?? '') ?? clock.nowMs()
      const question = askForSchedule(chargingSchedule, startMs, clock.nowMs())
      const outcome = await server().call(command.deviceId, 'GetCompositeSchedule', question)
      if (outcome.kind !== 'accepted') return unknown(`GetCompositeSchedule: ${outcome.kind}`)
      return compareSchedules(chargingSchedule, startMs, outcome.payload as CentralResponse<'GetCompositeSchedule'>)
    },
    againMs(command, sentMs) {
      const wire = read(command)
      return wire && nextCallMs(wire, sentMs)
    },
  }
}

const unknown = (detail: string): Checked => ({ holds: 'unknown', detail })

function read({ payload }: Command): WireCommand | undefined {
  try {
    return decodeWireCommand(payload)
  } catch {
    return undefined
  }
}
