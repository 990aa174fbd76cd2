/** Delivery with a protocol that a test plays: it decides what is reachable, and settles each call when it likes. */
import { type Delivery, startDelivery } from '../../../connectors/delivery/delivery.ts'
import type { Checked, Delivered, DevicePort } from '../../../connectors/delivery/device-port.ts'
import type { LogReader } from '../../../processors/runtime/log.ts'
import type { Command } from '../../../schemas/dispatch.ts'
import { deviceAcks, dispatchCommands } from '../../../topics/catalogue.ts'
import { eventually } from '../../support/eventually.ts'
import { createMemoryLog, type MemoryLog } from '../../support/memory-log.ts'
import { NOW_MS } from './build.ts'

export const answered = (status: Delivered['status']): Delivered => ({ status, code: '', detail: '', vendorHandle: '' })

export interface Rig {
  readonly log: MemoryLog
  readonly delivery: Delivery
  readonly errors: unknown[]
  /** Epochs of what is reachable. */
  readonly epochs: Map<string, number>
  /** Calls so far, oldest first: `send 1`, `verify 1`. */
  readonly calls: readonly string[]
  command(command: Command): Promise<void>
  /** Settles the call under way, once there is one. */
  answer(answer: Delivered): Promise<void>
  show(checked: Checked): Promise<void>
  /** Acks as `status seq`. */
  acks(): readonly string[]
}

type Call = { readonly name: string; settle(answer: Delivered | Checked): void }

/** The clock stands still, so that nothing that waits is tried again. */
export async function createRig(log = createMemoryLog({ nowMs: () => NOW_MS }), reader: LogReader = log.reader): Promise<Rig> {
  const epochs = new Map([['D', 0]])
  const calls: string[] = []
  const errors: unknown[] = []
  const open: Call[] = []
  const call = <A>(name: string): Promise<A> =>
    new Promise((resolve) => {
      calls.push(name)
      open.push({ name, settle: (answer) => resolve(answer as A) })
    })
  const port: DevicePort = {
    epochOf: (deviceId) => epochs.get(deviceId),
    deliver: ({ seq }) => call<Delivered>(`send ${seq}`),
    verify: ({ seq }) => call<Checked>(`verify ${seq}`),
  }
  const delivery = await startDelivery({
    commands: dispatchCommands.loopback,
    port,
    writer: log.writer,
    reader,
    clock: { nowMs: () => NOW_MS, rate: 1 },
    node: 'n',
    onError: (_, error) => errors.push(error),
  })
  const settle = async (kind: string, answer: Delivered | Checked): Promise<void> => {
    await eventually(`a call to ${kind}`, () => open.some(({ name }) => name.startsWith(kind)), 5_000)
    open.splice(0, 1)[0]?.settle(answer)
  }
  return {
    log,
    delivery,
    errors,
    epochs,
    calls,
    command: async (command) => void (await log.writer.append(dispatchCommands.loopback, command)),
    answer: (answer) => settle('send', answer),
    show: (checked) => settle('verify', checked),
    acks: () => log.read(deviceAcks).map(({ value }) => `${value?.status} ${value?.seq}`),
  }
}
