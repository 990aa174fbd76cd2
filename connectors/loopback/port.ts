/** Carries commands to loopback devices, and asks them for the timeline that they hold and for values that did not come. */
import type { Channel } from '../../schemas/common.ts'
import type { Command } from '../../schemas/dispatch.ts'
import type { Asked, Checked, Delivered, DevicePort } from '../delivery/device-port.ts'
import { readPayload } from './render.ts'
import type { LoopbackServer } from './server.ts'
import type { Called } from './session.ts'
import type { LoopbackChannel, Reply, Span } from './wire.ts'

export interface LoopbackPortOptions {
  /** Asked for at each call, since the server starts after the port. */
  readonly server: () => Pick<LoopbackServer, 'call'>
  readonly epochOf: (deviceId: string) => number | undefined
  readonly callTimeoutMs: number
}

const seen = (status: Delivered['status'], detail = ''): Delivered => ({ status, code: '', detail, vendorHandle: '' })

export function deliveredOf({ status, detail }: Reply): Delivered {
  return { status, code: status, detail, vendorHandle: '' }
}

function outcomeOf(called: Called): Delivered {
  return called.kind === 'reply' ? deliveredOf(called.reply) : seen(called.kind)
}

/** A device that rejects the question may answer it another time. */
const ASKED: Readonly<Record<Reply['status'], Asked>> = { accepted: 'coming', rejected: 'later', notSupported: 'impossible' }

const isTold = (channel: Channel): channel is LoopbackChannel => channel !== 'net' && channel !== 'stateOfCharge'

export function createLoopbackPort({ server, epochOf, callTimeoutMs }: LoopbackPortOptions): DevicePort {
  let tries = 0
  /** Unlike for each try, and the command can be read from it. */
  const nextId = ({ commandId }: Pick<Command, 'commandId'>): string => `${commandId}.${++tries}`

  return {
    epochOf,
    async deliver(command) {
      const timeline = read(command)
      if (!timeline) return seen('rejected', 'payload: is not one of this connector')
      return outcomeOf(await server().call(command.deviceId, { id: nextId(command), do: 'set', timeline }, callTimeoutMs))
    },
    async verify(command): Promise<Checked> {
      const called = await server().call(command.deviceId, { id: nextId(command), do: 'read' }, callTimeoutMs)
      const held = called.kind === 'reply' ? called.reply.timeline : undefined
      if (!held) return { holds: 'unknown', detail: 'read: the device shows no timeline' }
      const isHeld = JSON.stringify(held) === JSON.stringify(read(command))
      return isHeld ? { holds: 'yes', detail: 'read back' } : { holds: 'no', detail: `read back: ${JSON.stringify(held)}`.slice(0, 500) }
    },
    async backfill({ deviceId, channel, fromMs, untilMs }) {
      if (!isTold(channel)) return 'impossible'
      const question = { id: nextId({ commandId: 'history' }), do: 'history', channel, fromMs, untilMs } as const
      const called = await server().call(deviceId, question, callTimeoutMs)
      return called.kind === 'reply' ? ASKED[called.reply.status] : 'later'
    },
  }
}

/** The command that an id came from. */
export const commandIdOf = (id: string): string => id.slice(0, id.lastIndexOf('.'))

function read({ payload }: Command): readonly Span[] | undefined {
  try {
    return readPayload(payload)
  } catch {
    return undefined
  }
}
