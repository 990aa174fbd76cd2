/** Keeps every device behind a cloud at its newest command: what is due goes to the vendor in the order of its deadlines, as the line has room. */
import { timerMsUntil } from '../../../processors/runtime/clock.ts'
import type { Command } from '../../../schemas/dispatch.ts'
import { plain } from '../../delivery/recorder.ts'
import type { CloudDevice } from '../device.ts'
import type { Purpose } from '../line/allowance.ts'
import type { Passage } from '../line/line.ts'
import type { Sight } from './control.ts'
import { type CloudStep, nextCloudStep } from './decide.ts'
import { tellDelayed } from './delays.ts'
import { endParts } from './end.ts'
import { lookAt, takeSight } from './look.ts'
import { cedePart, keepPart, placeParts } from './place.ts'
import { createQueue, type Job, type Queue } from './queue.ts'
import { type Case, caseOf, type DeskOptions, partsOf, record, type Stage } from './stage.ts'

export interface Desk {
  /** Looks what is due for a device; nothing happens before `start`. */
  wake(deviceId: string): void
  /** A line may have room. */
  pump(credential: string): void
  /** Nobody waits for the credential with a command: its line is free for telemetry. */
  isIdle(credential: string): boolean
  /** A device was seen by way of a message. */
  onSight(deviceId: string, sight: Sight): Promise<void>
  start(): void
  /** Sends nothing more; settles when what is under way has come back. */
  stop(): Promise<void>
}

interface State extends Stage {
  /** By credential. */
  readonly queues: Map<string, Queue>
  readonly pumps: Map<string, NodeJS.Timeout>
  /** Credentials that are looked at as soon as all that came is in their queue. */
  readonly soon: Set<string>
  readonly underWay: Set<Promise<void>>
}

export function createDesk(options: DeskOptions): Desk {
  const state: State = {
    ...options,
    sights: new Map(),
    busy: new Set(),
    alone: new Set(),
    timers: new Map(),
    queues: new Map(),
    pumps: new Map(),
    soon: new Set(),
    underWay: new Set(),
    isRunning: false,
  }
  return {
    wake: (deviceId) => wake(state, deviceId),
    pump: (credential) => pump(state, credential),
    isIdle: (credential) => (state.queues.get(credential)?.size() ?? 0) === 0,
    async onSight(deviceId, sight) {
      const device = state.devices.get(deviceId)
      const control = device && state.adapters.get(device.vendor)?.control
      if (!device || !control || state.busy.has(deviceId)) return
      await takeSight(state, { device, control }, sight)
      wake(state, deviceId)
    },
    start() {
      state.isRunning = true
      for (const deviceId of state.files.keys()) wake(state, deviceId)
    },
    async stop() {
      state.isRunning = false
      for (const timer of [...state.timers.values(), ...state.pumps.values()]) clearTimeout(timer)
      await Promise.all(state.underWay)
    },
  }
}

function queueOf({ queues }: State, { credential }: CloudDevice): Queue {
  const known = queues.get(credential) ?? createQueue()
  queues.set(credential, known)
  return known
}

function stepOf(state: State, one: Case): CloudStep | 'unreadable' {
  const parts = partsOf(one)
  if (!parts) return 'unreadable'
  const { file, control, device } = one
  return nextCloudStep({ file, parts, control, sight: state.sights.get(device.deviceId), nowMs: state.clock.nowMs() })
}

function wake(state: State, deviceId: string): void {
  if (!state.isRunning || state.busy.has(deviceId)) return
  clearTimeout(state.timers.get(deviceId))
  state.timers.delete(deviceId)
  const one = caseOf(state, deviceId)
  if (!one) return
  const queue = queueOf(state, one.device)
  const step = stepOf(state, one)
  const job = step === 'unreadable' ? undefined : jobOf(state, one, step)
  if (job) {
    queue.put(job)
    pumpSoon(state, one.device.credential)
    return
  }
  queue.remove(deviceId)
  if (step === 'unreadable') settleUnreadable(state, one)
  else if (step.do === 'wait') wakeAt(state, deviceId, step.untilMs)
  else if (step.do === 'settle') work(state, [one], () => record(state, one.command, plain('released', step.detail)))
  else if (step.do === 'keep') work(state, [one], () => keepPart(state, one, step.held))
  else if (step.do === 'cede') work(state, [one], () => cedePart(state, step.held))
}

function settleUnreadable(state: State, one: Case): void {
  if (one.file.answer.seq >= one.command.seq) return
  work(state, [one], () => record(state, one.command, plain('rejected', 'payload: is not one of this connector')))
}

function wakeAt(state: State, deviceId: string, atMs: number): void {
  const delayMs = timerMsUntil(state.clock, atMs)
  state.timers.set(deviceId, setTimeout(() => wake(state, deviceId), delayMs).unref())
}

/** What a step waits for; undefined: it needs no line. Devices whose jobs have equal keys may go in one call. */
function jobOf(state: State, { device, control, command, line: _ }: Case, step: CloudStep): Job | undefined {
  const { deviceId, partition } = device
  const own = state.alone.has(deviceId) ? `|${deviceId}` : ''
  const purpose = purposeOf(command, step)
  switch (step.do) {
    case 'look':
      return { deviceId, purpose, key: `look${own}`, deadlineMs: step.deadlineMs }
    case 'place': {
      // A handle that devices share must not be spread over nodes, and nodes divide devices by partition.
      const group = control.oneSlot
        ? deviceId
        : `${control.sharesHandles ? partition : ''}|${step.part.key}|${state.sights.get(deviceId)?.mode ?? ''}`
      return { deviceId, purpose, key: `place|${group}|${device.zone}${own}`, deadlineMs: step.deadlineMs }
    }
    case 'end': {
      const group = control.sharesHandles && step.held ? step.held.vendorHandle : deviceId
      return { deviceId, purpose, key: `end|${group}`, deadlineMs: step.deadlineMs }
    }
    case 'nothing':
    case 'wait':
    case 'settle':
    case 'keep':
    case 'cede':
      return undefined
  }
}

function purposeOf({ segments }: Command, step: CloudStep): Purpose {
  if (step.do === 'end' || segments.length === 0) return 'release'
  return step.do === 'look' && step.isWatch ? 'watch' : 'command'
}

/** Devices that are woken together go in one call. */
function pumpSoon(state: State, credential: string): void {
  if (state.soon.has(credential)) return
  state.soon.add(credential)
  setImmediate(() => {
    state.soon.delete(credential)
    pump(state, credential)
  })
}

/** Sends as long as the line has room. */
function pump(state: State, credential: string): void {
  clearTimeout(state.pumps.get(credential))
  const queue = state.queues.get(credential)
  while (state.isRunning && queue) {
    const jobs = queue.first(({ deviceId }) => mostOf(state, deviceId))
    const [first] = jobs
    const line = first && caseOf(state, first.deviceId)?.line
    if (!first || !line) break
    const room = line.roomAt(
      first.purpose,
      jobs.map(({ deviceId }) => state.devices.get(deviceId)?.vendorId ?? ''),
    )
    if (room.atMs > state.clock.nowMs()) {
      pumpAt(state, credential, room.atMs)
      tellDelayed(state, queue, line, room.why)
      break
    }
    serve(state, queue, jobs)
  }
  state.instruments.waiting(credential, queue?.size() ?? 0)
}

function mostOf({ adapters, devices }: State, deviceId: string): number {
  const device = devices.get(deviceId)
  return (device && adapters.get(device.vendor)?.declare(device.attributes).devicesPerCall) ?? 1
}

function pumpAt(state: State, credential: string, atMs: number): void {
  if (!Number.isFinite(atMs)) return
  const delayMs = timerMsUntil(state.clock, atMs)
  state.pumps.set(credential, setTimeout(() => pump(state, credential), delayMs).unref())
}

/** Steps are decided again at the last moment: time has passed, and a newer command may have come. */
function serve(state: State, queue: Queue, jobs: readonly Job[]): void {
  const due: Due[] = []
  for (const job of jobs) {
    queue.remove(job.deviceId)
    const one = caseOf(state, job.deviceId)
    const step = one && stepOf(state, one)
    const again = one && step && step !== 'unreadable' ? jobOf(state, one, step) : undefined
    if (one && step && step !== 'unreadable' && again?.key === job.key && again.purpose === job.purpose) due.push({ one, step })
    else setImmediate(() => wake(state, job.deviceId))
  }
  const cases = due.map(({ one }) => one)
  const [first] = due
  if (!first) return
  const sites = cases.map(({ device }) => device.vendorId)
  const passage = first.one.line.reserve(purposeOf(first.one.command, first.step), sites)
  work(state, cases, () => carryOut(state, due, passage).finally(passage.giveBack))
}

interface Due {
  readonly one: Case
  readonly step: CloudStep
}

async function carryOut(state: State, due: readonly Due[], passage: Passage): Promise<void> {
  const step = due[0]?.step
  if (!step) return
  if (step.do === 'look')
    return lookAt(
      state,
      due.map(({ one }) => one),
      passage,
    )
  if (step.do === 'end')
    return endParts(
      state,
      due.flatMap(({ one, step: { ...own } }) => (own.do === 'end' ? [{ ...one, held: own.held }] : [])),
      passage,
    )
  if (step.do === 'place')
    return placeParts(
      state,
      due.flatMap(({ one, step: { ...own } }) => (own.do === 'place' ? [{ ...one, part: own.part, replaces: own.replaces }] : [])),
      passage,
    )
}

/** One thing at a time for each device; then what is due next. */
function work(state: State, cases: readonly Case[], task: () => Promise<void>): void {
  if (cases.length === 0) return
  const ids = cases.map(({ device }) => device.deviceId)
  for (const id of ids) state.busy.add(id)
  const running = task()
    .catch((error: unknown) => {
      for (const id of ids) state.onError(id, error)
    })
    .finally(() => {
      state.underWay.delete(running)
      for (const id of ids) state.busy.delete(id)
      for (const id of ids) wake(state, id)
    })
  state.underWay.add(running)
}
