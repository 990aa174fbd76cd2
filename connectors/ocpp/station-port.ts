/** Carries commands to stations as charging profiles, and asks them for the schedule that they mean to follow. */
import type { Clock } from '../../processors/runtime/clock.ts'
import type { Command } from '../../schemas/dispatch.ts'
import type { Checked, DevicePort } from '../delivery/device-port.ts'
import { deliveredOf } from './delivered.ts'
import { forms } from './limits/forms.ts'
import { compareSchedules, secondsToAsk } from './limits/read-back.ts'
import { createCommandReader } from './limits/read-command.ts'
import { nextCallMs } from './limits/wire-command.ts'
import type { OcppServer } from './server/server.ts'

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
  const read = createCommandReader()
  let tries = 0

  function uniqueIdFor({ commandId }: Command): string {
    tries = (tries + 1) % TRIES
    return commandId.slice(0, ID_LENGTH) + tries.toString(36).padStart(4, '0')
  }

  return {
    epochOf,
    async deliver(command) {
      const call = read(command.payload)?.callAt(clock.nowMs())
      if (!call) return { status: 'rejected', code: '', detail: 'payload: is not one of this connector', vendorHandle: '' }
      return deliveredOf(await server().call(command.deviceId, call, { uniqueId: uniqueIdFor(command) }))
    },
    async verify(command) {
      const call = read(command.payload)?.callAt(clock.nowMs())
      if (!call?.schedule) return unknown('the command sets no limit')
      const { version, schedule } = call
      const question = forms[version].askComposite(schedule.unit, secondsToAsk(schedule, clock.nowMs()))
      const outcome = await server().call(command.deviceId, question, { uniqueId: uniqueIdFor(command) })
      if (outcome.kind !== 'accepted') return unknown(`GetCompositeSchedule: ${outcome.kind}`)
      return compareSchedules(schedule, forms[version].compositeIn(outcome.payload))
    },
    againMs(command, sentMs) {
      const wire = read(command.payload)?.wire
      return wire && nextCallMs(wire, sentMs)
    },
  }
}

const unknown = (detail: string): Checked => ({ holds: 'unknown', detail })
