/** Carries commands to loopback devices, and asks them for the timeline that they hold. */
import type { Command } from '../../schemas/dispatch.ts'
import type { Checked, Delivered, DevicePort } from '../delivery/device-port.ts'
import { readPayload } from './render.ts'
import type { LoopbackServer } from './server.ts'
import type { Called } from './session.ts'
import type { Reply, Span } from './wire.ts'

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

export function createLoopbackPort({ server, epochOf, callTimeoutMs }: LoopbackPortOptions): DevicePort {
  let tries = 0
  /** Unlike for each try, and the command can be read from it. */
  const nextId = ({ commandId }: Command): string => `${commandId}.${++tries}`

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
