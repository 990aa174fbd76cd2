/** Does what is due for each reachable device, one thing at a time: send, look, settle, or wait for the next time. */
import { type Clock, timerMsUntil } from '../../processors/runtime/clock.ts'
import type { Command } from '../../schemas/dispatch.ts'
import { nextStep, retryAtMs, spreadOf } from './decide.ts'
import { isRelease } from './device-file.ts'
import type { Checked, Delivered, DevicePort } from './device-port.ts'
import { changeFile, type DeviceFiles, plain, type Recorder, type Seen } from './recorder.ts'
import { createUnanswered, type Unanswered } from './unanswered.ts'

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
  /** The answer to a command that was given up waiting for, or news about the newest one that was answered. */
  onLateAnswer(deviceId: string, commandId: string, answer: Delivered): void
  start(): void
  stop(): void
}

type Answer = Delivered & { readonly status: Exclude<Delivered['status'], 'disconnected'> }

interface State extends CarrierOptions {
  /** Devices for which something is under way. */
  readonly busy: Set<string>
  readonly timers: Map<string, NodeJS.Timeout>
  readonly unanswered: Unanswered
  running: boolean
}

export function createCarrier(options: CarrierOptions): Carrier {
  const state: State = { ...options, busy: new Set(), timers: new Map(), unanswered: createUnanswered(), running: false }
  return {
    wake: (deviceId) => wake(state, deviceId),
    onLateAnswer: (deviceId, commandId, answer) => onLateAnswer(state, deviceId, commandId, answer),
    start: () => {
      state.running = true
      for (const deviceId of state.files.keys()) wake(state, deviceId)
    },
    stop: () => {
      state.running = false
      for (const timer of state.timers.values()) clearTimeout(timer)
    },
  }
}

function wake(state: State, deviceId: string): void {
  const { files, port, clock, busy, timers, running } = state
  const file = files.get(deviceId)
  if (!running || !file?.command || busy.has(deviceId) || port.epochOf(deviceId) === undefined) return
  const { command } = file
  clearTimeout(timers.get(deviceId))
  timers.delete(deviceId)
  const step = nextStep(file, port, clock.nowMs())
  if (step.do === 'wait') wakeAt(state, deviceId, step.untilMs)
  if (step.do === 'settle') note(state, command, plain('released', step.detail))
  if (step.do === 'send') work(state, deviceId, () => send(state, command))
  if (step.do === 'verify') work(state, deviceId, () => verify(state, command))
}

function wakeAt(state: State, deviceId: string, atMs: number): void {
  const delayMs = timerMsUntil(state.clock, atMs)
  state.timers.set(deviceId, setTimeout(() => wake(state, deviceId), delayMs).unref())
}

function work(state: State, deviceId: string, task: () => Promise<void>): void {
  state.busy.add(deviceId)
  task()
    .catch((error: unknown) => {
      state.onError(deviceId, error)
      postpone(state, deviceId, 'tries')
    })
    .finally(() => {
      state.busy.delete(deviceId)
      wake(state, deviceId)
    })
}

function note({ recorder, onError }: State, command: Command, seen: Seen): void {
  recorder.record(command, seen, true).catch((error: unknown) => onError(command.deviceId, error))
}

function postpone({ files, clock }: State, deviceId: string, what: 'tries' | 'checks'): void {
  changeFile(files, deviceId, (file) => {
    const count = file[what] + 1
    return { ...file, [what]: count, notBeforeMs: retryAtMs(count, clock.nowMs(), spreadOf('retry', deviceId)) }
  })
}

const isNewest = ({ files }: State, command: Command): boolean => files.get(command.deviceId)?.command === command

/** `sent` is durable before the device can have the command: whoever comes after a crash must know that it may. */
async function send(state: State, command: Command): Promise<void> {
  const { port, recorder } = state
  const { deviceId } = command
  const epoch = port.epochOf(deviceId)
  await recorder.record(command, plain('sent'))
  if (!isNewest(state, command)) return note(state, command, plain('superseded', 'a newer command came'))
  const answer = await port.deliver(command)
  if (answer.status !== 'disconnected') return onAnswer(state, command, { ...answer, status: answer.status })
  // On a new connection it is tried again at once; without one, when there is one.
  if (port.epochOf(deviceId) === epoch) postpone(state, deviceId, 'tries')
}

function onAnswer(state: State, command: Command, answer: Answer): void {
  const { status } = answer
  const isReleased = isRelease(command) && status === 'accepted'
  note(state, command, { ...answer, status: isReleased ? 'released' : status })
  if (status === 'timedOut') state.unanswered.add(command)
  // A release that is refused is still owed: the device may hold our limit.
  const isOwed = isRelease(command) && (status === 'rejected' || status === 'notSupported')
  if (isNewest(state, command) && (status === 'timedOut' || isOwed)) postpone(state, command.deviceId, 'tries')
}

async function verify(state: State, command: Command): Promise<void> {
  const { files, port } = state
  const { deviceId } = command
  const { holds, detail, againMs }: Checked = (await port.verify?.(command)) ?? { holds: 'unknown', detail: '' }
  if (holds === 'yes') return note(state, command, plain('applied', detail))
  if (holds === 'no' && files.get(deviceId)?.checks === 0) note(state, command, plain('accepted', detail))
  if (!isNewest(state, command)) return
  if (againMs === undefined) postpone(state, deviceId, 'checks')
  else changeFile(files, deviceId, (file) => ({ ...file, notBeforeMs: againMs }))
}

function onLateAnswer(state: State, deviceId: string, commandId: string, answer: Delivered): void {
  const command = state.unanswered.take(commandId) ?? newsOfNewest(state, deviceId, commandId, answer)
  if (!command || answer.status === 'disconnected' || answer.status === 'timedOut') return
  changeFile(state.files, deviceId, (file) => ({ ...file, notBeforeMs: 0 }))
  onAnswer(state, command, { ...answer, status: answer.status })
  wake(state, deviceId)
}

/** The newest command where its answer says more than is known of it: after a restart nobody waits for one, and a device may refuse what it took. */
function newsOfNewest({ files, busy }: State, deviceId: string, commandId: string, { status }: Delivered): Command | undefined {
  const file = files.get(deviceId)
  if (file?.command?.commandId !== commandId || busy.has(deviceId)) return undefined
  const { command, answer } = file
  const isRefused = (status === 'rejected' || status === 'notSupported') && (answer.status === 'accepted' || answer.status === 'applied')
  return answer.seq < command.seq || isRefused ? command : undefined
}
