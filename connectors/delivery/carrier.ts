/** Does what is due for each reachable device, one thing at a time: send, look, settle, or wait for the next time. */
import { type Clock, realMsUntil } from '../../processors/runtime/clock.ts'
import type { Command } from '../../schemas/dispatch.ts'
import { hashId } from '../../topics/ids.ts'
import { nextStep, retryAtMs } from './decide.ts'
import { isRelease } from './device-file.ts'
import type { Delivered, DevicePort } from './device-port.ts'
import { changeFile, type DeviceFiles, plain, type Recorder } from './recorder.ts'
import { createUnanswered } from './unanswered.ts'

export interface CarrierOptions {
  readonly files: DeviceFiles
  readonly port: DevicePort
  readonly recorder: Recorder
  readonly clock: Clock
  readonly onError: (deviceId: string, error: unknown) => void
}

export interface Carrier {
  /** Looks what is due for a device; nothing happens before `start`. */
  wake(deviceId: string): void
  /** The answer to a command that was given up waiting for. */
  onLateAnswer(deviceId: string, commandId: string, answer: Delivered): void
  start(): void
  stop(): void
}

/** Longest that a Node timer takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

const spreadOf = (deviceId: string): number => Number.parseInt(hashId('retry', deviceId).slice(0, 8), 16) / 2 ** 32

export function createCarrier({ files, port, recorder, clock, onError }: CarrierOptions): Carrier {
  const busy = new Set<string>()
  const timers = new Map<string, NodeJS.Timeout>()
  const unanswered = createUnanswered()
  let running = false

  function wake(deviceId: string): void {
    const file = files.get(deviceId)
    if (!running || !file?.command || busy.has(deviceId) || port.epochOf(deviceId) === undefined) return
    const { command } = file
    clearTimeout(timers.get(deviceId))
    timers.delete(deviceId)
    const step = nextStep(file, port, clock.nowMs())
    if (step.do === 'wait') wakeAt(deviceId, step.untilMs)
    if (step.do === 'settle') note(command, plain('released', step.detail))
    if (step.do === 'send') work(deviceId, () => send(command))
    if (step.do === 'verify') work(deviceId, () => verify(command))
  }

  function wakeAt(deviceId: string, atMs: number): void {
    const delayMs = Math.min(realMsUntil(clock, atMs), LONGEST_TIMER_MS)
    timers.set(deviceId, setTimeout(() => wake(deviceId), delayMs).unref())
  }

  function work(deviceId: string, task: () => Promise<void>): void {
    busy.add(deviceId)
    task()
      .catch((error: unknown) => {
        onError(deviceId, error)
        postpone(deviceId, 'tries')
      })
      .finally(() => {
        busy.delete(deviceId)
        wake(deviceId)
      })
  }

  const note = (command: Command, seen: Parameters<Recorder['record']>[1]): void => {
    recorder.record(command, seen).catch((error: unknown) => onError(command.deviceId, error))
  }

  function postpone(deviceId: string, what: 'tries' | 'checks'): void {
    changeFile(files, deviceId, (file) => {
      const count = file[what] + 1
      return { ...file, [what]: count, notBeforeMs: retryAtMs(count, clock.nowMs(), spreadOf(deviceId)) }
    })
  }

  const isNewest = (command: Command): boolean => files.get(command.deviceId)?.command === command

  /** `sent` is durable before the device can have the command: whoever comes after a crash must know that it may. */
  async function send(command: Command): Promise<void> {
    const { deviceId } = command
    const epoch = port.epochOf(deviceId)
    await recorder.record(command, plain('sent'))
    if (!isNewest(command)) return note(command, plain('superseded', 'a newer command came'))
    const answer = await port.deliver(command)
    // On a new connection it is tried again at once; without one, when there is one.
    if (answer.status === 'disconnected' && port.epochOf(deviceId) === epoch) postpone(deviceId, 'tries')
    if (answer.status !== 'disconnected') onAnswer(command, { ...answer, status: answer.status })
  }

  function onAnswer(command: Command, answer: Delivered & { status: Exclude<Delivered['status'], 'disconnected'> }): void {
    const { status } = answer
    const released = isRelease(command) && status === 'accepted'
    note(command, { ...answer, status: released ? 'released' : status })
    if (status === 'timedOut') unanswered.add(command)
    // A release that is refused is still owed: the device may hold our limit.
    const owed = isRelease(command) && (status === 'rejected' || status === 'notSupported')
    if (isNewest(command) && (status === 'timedOut' || owed)) postpone(command.deviceId, 'tries')
  }

  async function verify(command: Command): Promise<void> {
    const { deviceId } = command
    const { holds, detail } = (await port.verify?.(command)) ?? { holds: 'unknown', detail: '' }
    if (holds === 'yes') return note(command, plain('applied', detail))
    if (holds === 'no' && files.get(deviceId)?.checks === 0) note(command, plain('accepted', detail))
    if (isNewest(command)) postpone(deviceId, 'checks')
  }

  function onLateAnswer(deviceId: string, commandId: string, answer: Delivered): void {
    const command = unanswered.take(commandId)
    if (!command || answer.status === 'disconnected' || answer.status === 'timedOut') return
    changeFile(files, deviceId, (file) => ({ ...file, notBeforeMs: 0 }))
    onAnswer(command, { ...answer, status: answer.status })
    wake(deviceId)
  }

  return {
    wake,
    onLateAnswer,
    start: () => {
      running = true
      for (const deviceId of files.keys()) wake(deviceId)
    },
    stop: () => {
      running = false
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}
