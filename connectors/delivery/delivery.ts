/** Carries the newest command of each reachable device to it, and records what was seen; rebuilt from the log at every start. */
import type { Clock } from '../../processors/runtime/clock.ts'
import { realMsUntil } from '../../processors/runtime/clock.ts'
import type { LogReader, LogWriter } from '../../processors/runtime/log.ts'
import type { AckStatus, Command, DeviceAck } from '../../schemas/dispatch.ts'
import { deviceAcks } from '../../topics/catalogue.ts'
import type { Topic } from '../../topics/define.ts'
import { hashId } from '../../topics/ids.ts'
import { nextStep, retryAtMs } from './decide.ts'
import { type DeviceFile, emptyFile, isRelease, lastEndMs, takeAck, takeCommand } from './device-file.ts'
import type { Delivered, DevicePort } from './device-port.ts'

/** Commands older than this have expired, and releases older than this are owed by the dispatcher's renewal. */
const LOOK_BACK_MS = 48 * 3_600_000

export interface DeliveryOptions {
  readonly commands: Topic<Command>
  readonly port: DevicePort
  readonly writer: LogWriter
  readonly reader: LogReader
  readonly clock: Clock
  readonly node: string
  readonly onError: (deviceId: string, error: unknown) => void
}

export interface Delivery {
  /** Call it when a device has become reachable. */
  onReachable(deviceId: string): void
  /** Records that a person changed the device against our limit. */
  onOverridden(deviceId: string, detail: string): void
  fileOf(deviceId: string): DeviceFile | undefined
  stop(): Promise<void>
}

type Seen = Omit<Delivered, 'status'> & { readonly status: AckStatus }

const spreadOf = (deviceId: string): number => Number.parseInt(hashId('retry', deviceId).slice(0, 8), 16) / 2 ** 32

/** Resolves once the past has been read, so that nothing done before is done again. */
export async function startDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { commands, port, writer, reader, clock, node, onError } = options
  const files = new Map<string, DeviceFile>()
  const busy = new Set<string>()
  const timers = new Map<string, NodeJS.Timeout>()
  let live = false
  let stopped = false

  const record = (command: Command, seen: Seen): void => {
    const ack: DeviceAck = {
      deviceId: command.deviceId,
      commandId: command.commandId,
      seq: command.seq,
      atMs: clock.nowMs(),
      epoch: port.epochOf(command.deviceId) ?? -1,
      node,
      release: isRelease(command),
      lastEndMs: lastEndMs(command),
      expiresMs: command.expiresMs,
      ...seen,
    }
    files.set(command.deviceId, takeAck(files.get(command.deviceId) ?? emptyFile, ack))
    writer.append(deviceAcks, ack).catch((error) => onError(command.deviceId, error))
  }
  const plain = (status: AckStatus, detail = ''): Seen => ({ status, code: '', detail, vendorHandle: '' })

  const wake = (deviceId: string): void => {
    if (!live || stopped || busy.has(deviceId) || port.epochOf(deviceId) === undefined) return
    const file = files.get(deviceId)
    if (!file?.command) return
    const step = nextStep(file, clock.nowMs())
    if (step.do === 'settle') record(file.command, plain('released', step.detail))
    if (step.do !== 'send') return
    clearTimeout(timers.get(deviceId))
    timers.delete(deviceId)
    busy.add(deviceId)
    void carry(file.command)
      .catch((error) => onError(deviceId, error))
      .finally(() => {
        busy.delete(deviceId)
        if (files.get(deviceId)?.command !== file.command) wake(deviceId)
      })
  }

  const retryLater = (command: Command): void => {
    const file = files.get(command.deviceId) ?? emptyFile
    if (stopped || file.command !== command) return
    files.set(command.deviceId, { ...file, tries: file.tries + 1 })
    const atMs = retryAtMs(file.tries + 1, clock.nowMs(), spreadOf(command.deviceId))
    timers.set(command.deviceId, setTimeout(() => wake(command.deviceId), realMsUntil(clock, atMs)).unref())
  }

  async function carry(command: Command): Promise<void> {
    record(command, plain('sent'))
    const { status, ...seen } = await port.deliver(command)
    if (status === 'disconnected') return
    // A release that is refused is still owed: it is tried again until the device no longer holds our limit.
    const owed = isRelease(command) && (status === 'rejected' || status === 'notSupported')
    if (status === 'timedOut' || owed) {
      record(command, { ...seen, status: 'timedOut' })
      return retryLater(command)
    }
    const released = isRelease(command) && status === 'accepted'
    record(command, { ...seen, status: released ? 'released' : status })
    if (status === 'accepted' && !released && port.verify && (await port.verify(command)) === 'holds')
      record(command, plain('applied', 'read back'))
  }

  const sinceMs = clock.nowMs() - LOOK_BACK_MS
  const acks = await reader.follow([deviceAcks], { sinceMs }, (records) => {
    for (const { value: ack } of records)
      if (ack && (ack.node !== node || !live)) files.set(ack.deviceId, takeAck(files.get(ack.deviceId) ?? emptyFile, ack))
  })
  await acks.caughtUp
  const orders = await reader.follow([commands], { sinceMs }, (records) => {
    for (const { value: command } of records) {
      if (!command) continue
      files.set(command.deviceId, takeCommand(files.get(command.deviceId) ?? emptyFile, command))
      wake(command.deviceId)
    }
  })
  await orders.caughtUp
  live = true
  for (const deviceId of files.keys()) wake(deviceId)

  return {
    onReachable: wake,
    onOverridden: (deviceId, detail) => {
      const command = files.get(deviceId)?.command
      if (command) record(command, plain('overridden', detail))
    },
    fileOf: (deviceId) => files.get(deviceId),
    stop: async () => {
      stopped = true
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.all([acks.stop(), orders.stop()])
      await writer.flush()
    },
  }
}
