/** The production control and dispatch sub-topologies over enrolled fleets, in a process of their own, and how a signal is timed through them. */
import type { UtilityRequest } from '../../../schemas/utility.ts'
import { dispatchCommands, dispatchOrders } from '../../../topics/catalogue.ts'
import { eventually } from '../../support/eventually.ts'
import { type Fleet, fleetOf, recordProgram, seedStates, termsOf } from './fleet.ts'
import type { Options } from './row.ts'
import { ask, cancellationOf, requestFor } from './signals.ts'
import type { Stage } from './stage.ts'
import { advanced, type Visible, type Watch, watchTopic, watchTopics } from './visibility.ts'
import { startWorker, type Worker } from './worker.ts'

export interface DispatchRig {
  /** Ascending by size; each in a program of its own. */
  readonly fleets: readonly Fleet[]
  readonly devices: number
  /** The process that dispatches now. */
  worker(): Worker
  /** Starts another, when the last one has ended; resolves at once. */
  start(workPerTransaction?: number): Worker
}

const LONG_MS = 900_000

export const largestOf = ({ fleets }: DispatchRig): Fleet => fleets.at(-1) as Fleet
export const smallestOf = ({ fleets }: DispatchRig): Fleet => fleets[0] as Fleet

/** How often visibility is looked at: often where little time passes, seldom where looking would cost it. */
export const everyMsFor = ({ size }: Fleet): number => (size <= 10_000 ? 4 : 20)

/** Resolves when every task of dispatch has its stores and its table. */
export const isServing = async (worker: Worker, { devicePartitions }: Stage): Promise<void> => {
  await eventually('dispatch to have restored its tasks', () => worker.restored('dispatch').tasks >= devicePartitions, LONG_MS)
}

/** Rows of one stage share the rig: it is made by the first of them. */
export const dispatchRig = (stage: Stage, { devices }: Options): Promise<DispatchRig> =>
  stage.once('dispatch rig', async () => {
    const fleets = devices.map((size) => fleetOf(size))
    const terms = termsOf()
    for (const fleet of fleets) await seedStates(stage, fleet, terms)
    let worker = startDispatch(stage, null)
    const total = fleets.reduce((sum, { size }) => sum + size, 0)
    stage.log(`dispatch takes ${total} enrolled states as its table`)
    await eventually('dispatch to take the enrolled states', () => worker.inputs('dispatch') >= total, LONG_MS)
    const watch = await watchTopic(stage.brokers, dispatchOrders.name, 20)
    for (const fleet of fleets) await recordProgram(stage, fleet, terms)
    await watch.until(fleets.length * stage.devicePartitions)
    await watch.stop()
    return {
      fleets,
      devices: total,
      worker: () => worker,
      start(workPerTransaction) {
        worker = startDispatch(stage, workPerTransaction ?? null)
        return worker
      },
    }
  })

const startDispatch = (stage: Stage, workPerTransaction: number | null): Worker =>
  startWorker(stage, { subTopologies: ['control', 'dispatch'], workPerTransaction })

/** A signal that reached a whole fleet. */
export interface FanOut {
  readonly request: UtilityRequest
  /** performance.now() when the request was handed to the writer. */
  readonly askedMs: number
  /** When the order was visible on every partition. */
  readonly orderedMs: number
  readonly commands: Visible
}

/** Watches what follows from a signal; `ended` resolves when each device of the fleet has exactly one command. */
export async function watchFanOut(stage: Stage, fleet: Fleet) {
  const everyMs = everyMsFor(fleet)
  const topics = [dispatchCommands.ocpp.name, dispatchOrders.name]
  const [commands, orders] = (await watchTopics(stage.brokers, topics, everyMs)) as [Watch, Watch]
  return {
    commands,
    orders,
    visibleNow: (): number => advanced(commands.begin, commands.latest().ends),
    async ended(): Promise<{ readonly orderedMs: number; readonly commands: Visible }> {
      const seen = await commands.until(fleet.size)
      const ordered = await orders.until(stage.devicePartitions)
      await commands.stop()
      if (seen.count !== fleet.size || seen.keys.size !== fleet.size)
        throw new Error(`${fleet.programId}: ${seen.count} commands to ${seen.keys.size} devices instead of one to each of ${fleet.size}`)
      return { orderedMs: ordered.atMs, commands: seen }
    },
  }
}

/** Asks for an event and resolves when every command is visible. */
export async function fanOut(stage: Stage, fleet: Fleet, request: UtilityRequest = requestFor(fleet)): Promise<FanOut> {
  const watch = await watchFanOut(stage, fleet)
  const askedMs = performance.now()
  await ask(stage, request)
  return { request, askedMs, ...(await watch.ended()) }
}

/** Cancels the event, so that the next one finds the fleet as this one did. */
export async function takeBack(stage: Stage, fleet: Fleet, request: UtilityRequest): Promise<void> {
  await fanOut(stage, fleet, cancellationOf(request))
}
