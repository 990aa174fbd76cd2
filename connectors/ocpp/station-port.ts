/** Carries commands to stations as charging profiles, and asks them for what they mean to follow and for meter values that are missing. */
import type { Clock } from '../../processors/runtime/clock.ts'
import type { Command } from '../../schemas/dispatch.ts'
import type { Asked, Checked, DevicePort, Missing } from '../delivery/device-port.ts'
import { askedOf, triggerMeterValues } from './backfill.ts'
import { deliveredOf } from './delivered.ts'
import { forms } from './limits/forms.ts'
import { compareSchedules, secondsToAsk } from './limits/read-back.ts'
import { createCommandReader, type ReadCall } from './limits/read-command.ts'
import { nextCallMs } from './limits/wire-command.ts'
import type { OcppServer } from './server/server.ts'
import type { ProfileReports } from './v201/profile-reports.ts'
import { askInstalled } from './v201/read-back.ts'

export interface StationPortOptions {
  /** The server that holds the sockets; asked for at each call, since it starts after the port. */
  readonly server: () => Pick<OcppServer, 'call' | 'speaks'>
  readonly epochOf: (deviceId: string) => number | undefined
  readonly reports: ProfileReports
  readonly clock: Clock
}

const ID_LENGTH = 32
const TRIES = 36 ** 4

/** The command that a frame's UniqueId came from: its id, and four characters that tell tries apart. */
export const commandIdOf = (uniqueId: string): string => uniqueId.slice(0, ID_LENGTH)

export function createStationPort({ server, epochOf, reports, clock }: StationPortOptions): DevicePort {
  const read = createCommandReader()
  let tries = 0

  function uniqueIdFor({ commandId }: Command): string {
    tries = (tries + 1) % TRIES
    return commandId.slice(0, ID_LENGTH) + tries.toString(36).padStart(4, '0')
  }

  async function askComposite(deviceId: string, { version, schedule }: ReadCall): Promise<Checked> {
    if (!schedule) return unknown('the command sets no limit')
    const question = forms[version].askComposite(schedule.unit, secondsToAsk(schedule, clock.nowMs()))
    const outcome = await server().call(deviceId, question)
    if (outcome.kind !== 'accepted') return unknown(`GetCompositeSchedule: ${outcome.kind}`)
    return compareSchedules(schedule, forms[version].compositeIn(outcome.payload))
  }

  return {
    epochOf,
    async deliver(command) {
      const call = read(command.payload)?.callAt(clock.nowMs())
      if (!call) return { status: 'rejected', code: '', detail: 'payload: is not one of this connector', vendorHandle: '' }
      return deliveredOf(await server().call(command.deviceId, call, { uniqueId: uniqueIdFor(command) }))
    },
    async verify({ deviceId, payload }) {
      const call = read(payload)?.callAt(clock.nowMs())
      if (!call) return unknown('the command sets no limit')
      const composite = await askComposite(deviceId, call)
      if (composite.holds !== 'unknown' || call.version !== '2.0.1' || !call.schedule) return composite
      return askInstalled(call, reports.expect(deviceId), (question) => server().call(deviceId, question))
    },
    againMs(command, sentMs) {
      const wire = read(command.payload)?.wire
      return wire && nextCallMs(wire, sentMs)
    },
    async backfill({ deviceId, channel }: Missing): Promise<Asked> {
      const version = server().speaks(deviceId)
      if (version === undefined) return 'later'
      const question = triggerMeterValues(version, channel)
      return question === undefined ? 'impossible' : askedOf(await server().call(deviceId, question, { background: true }))
    },
  }
}

const unknown = (detail: string): Checked => ({ holds: 'unknown', detail })
