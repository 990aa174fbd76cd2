/** Brings the newest command of each reachable device to it, from the log, and the log to it: rebuilt from there at every start. */
import type { Clock } from '../../processors/runtime/clock.ts'
import type { LogReader, LogWriter } from '../../processors/runtime/log.ts'
import type { AckStatus, Command } from '../../schemas/dispatch.ts'
import type { Topic } from '../../topics/define.ts'
import { createCarrier } from './carrier.ts'
import { lastEndMs } from './device-file.ts'
import type { Delivered, DevicePort } from './device-port.ts'
import { followCommands } from './follow.ts'
import { changeFile, createRecorder, type DeviceFiles, plain, type Recorder } from './recorder.ts'

export interface DeliveryOptions {
  readonly commands: Topic<Command>
  readonly port: DevicePort
  readonly writer: LogWriter
  readonly reader: LogReader
  readonly clock: Clock
  /** Name of this node; no two that run at once may share one. */
  readonly node: string
  readonly onError: (deviceId: string, error: unknown) => void
}

export interface Delivery {
  /** Call it when a device has become reachable. */
  onReachable(deviceId: string): void
  /** The device has said something that a look would show. */
  onSaid(deviceId: string): void
  /** The answer to a command after `deliver` said `timedOut`, or another answer to the newest one. */
  onLateAnswer(deviceId: string, commandId: string, answer: Delivered): void
  /** Records that a person changed the device against our limit; the command that this ended, if any was in force. */
  onOverridden(deviceId: string, detail: string): Promise<Command | undefined>
  /** Acks written, by status. */
  counts(): Readonly<Partial<Record<AckStatus, number>>>
  /** Sends nothing more; what is under way ends with its connection. */
  stop(): Promise<void>
}

interface Parts {
  readonly options: DeliveryOptions
  readonly files: DeviceFiles
  readonly recorder: Recorder
}

/** Resolves once the past has been read, so that nothing done before is done again. */
export async function startDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { commands, port, writer, reader, clock, node, onError } = options
  const files: DeviceFiles = new Map()
  const recorder = createRecorder({ files, writer, clock, node, epochOf: port.epochOf })
  const carrier = createCarrier({ files, port, recorder, clock, onError })
  const parts: Parts = { options, files, recorder }
  const isReachable = (deviceId: string): boolean => port.epochOf(deviceId) !== undefined
  const following = await followCommands({ commands, reader, clock, node, files, recorder, isReachable, wake: carrier.wake, onError })
  carrier.start()
  return {
    onReachable: (deviceId) => {
      if (files.has(deviceId)) changeFile(files, deviceId, (file) => ({ ...file, notBeforeMs: 0 }))
      carrier.wake(deviceId)
    },
    onSaid: (deviceId) => {
      if (files.has(deviceId)) changeFile(files, deviceId, (file) => ({ ...file, checks: 0, notBeforeMs: 0 }))
      carrier.wake(deviceId)
    },
    onLateAnswer: carrier.onLateAnswer,
    onOverridden: (deviceId, detail) => onOverridden(parts, deviceId, detail),
    counts: recorder.counts,
    stop: async () => {
      carrier.stop()
      await following.stop()
    },
  }
}

async function onOverridden({ options, files, recorder }: Parts, deviceId: string, detail: string): Promise<Command | undefined> {
  const command = files.get(deviceId)?.command
  if (!command || lastEndMs(command) <= options.clock.nowMs()) return undefined
  await recorder.record(command, plain('overridden', detail))
  return command
}
