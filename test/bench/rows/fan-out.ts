/**
 * Fan-out: from a signal on utility.requests to the last of its commands being visible to a read_committed reader, warm.
 *
 * Measured: the production control sub-topology (programs, interpreter, broadcaster) and dispatch sub-topology (dispatcher with the OCPP
 * renderer) in one process, the broker beside it, nothing else reading: request → event → order on every partition → one command per
 * device, with decisions, ledger, cursor and journal, exactly once. From the time of the order being visible follows the pass alone.
 * Each round is one event for the whole fleet, taken back before the next; the median of the rounds counts, up to 10,000 devices after as
 * many that warm up broker, process and bare loop alike. The first one of all is told apart. Every round's commands are read back and counted: one per device.
 *
 * Not measured: HTTP at the gateway, connectors, enrollment: the states are written to enrollment.state by the bench beforehand.
 *
 * Beside it, in the same run: the bare node-rdkafka loop that writes as many commands and decision blocks of the same size (after each
 * round); librdkafka's rdkafka_performance; and what a team would otherwise write, with kafkajs, without transactions, state or decisions.
 */
import { type BareLoop, openBareLoop } from '../limits/bare-loop.ts'
import { type Otherwise, plainProducer, sequentialLoop } from '../limits/kafkajs.ts'
import { measureRdkafkaPerformance } from '../limits/rdkafka-performance.ts'
import { bareCommands } from '../limits/topics.ts'
import { type DispatchRig, dispatchRig, everyMsFor, fanOut, takeBack } from '../support/dispatch-rig.ts'
import type { Fleet } from '../support/fleet.ts'
import { figureOf, median, type Options, type Row, rounded } from '../support/row.ts'
import type { Stage } from '../support/stage.ts'

const GOALS_MS = new Map([
  [5_000, 120],
  [100_000, 600],
  [1_000_000, 5_000],
])
const SHARE_GOAL = 0.7
const BARE = 'bare node-rdkafka loop: splice, encode a command per device and a block per 500, 20,000 devices a transaction'

interface Round {
  /** Signal in → visible. */
  readonly signalMs: number
  /** Order visible → commands visible. */
  readonly passMs: number
  readonly bareMs: number
}

const roundsFor = (size: number, { quick }: Options): number => (quick ? 2 : size >= 1_000_000 ? 2 : 5)

/** A large fleet's first event is as good as many of a small one's. */
const warmUpsFor = (size: number, options: Options): number => (size > 10_000 ? 0 : roundsFor(size, options))

async function measureRound(stage: Stage, fleet: Fleet, bare: BareLoop): Promise<Round> {
  const { request, askedMs, orderedMs, commands } = await fanOut(stage, fleet)
  await takeBack(stage, fleet, request)
  const bareMs = await bare.tell(fleet.deviceIds)
  const round = { signalMs: commands.atMs - askedMs, passMs: commands.atMs - orderedMs, bareMs }
  stage.log(
    `${fleet.size} devices: ${Object.entries(round)
      .map(([name, ms]) => `${name} ${Math.round(ms)}`)
      .join(', ')}`,
  )
  return round
}

const told = ({ ms, told, extrapolated }: Otherwise, size: number) => ({
  ms: Math.round(ms),
  ...(extrapolated ? { extrapolatedFrom: told, to: size } : {}),
})

async function otherwise({ brokers, log }: Stage, fleet: Fleet, value: Buffer) {
  log(`${fleet.size} devices: rdkafka_performance, sequential loop, plain producer`)
  const c = await measureRdkafkaPerformance({ brokers, topic: bareCommands.name, records: fleet.size, bytes: value.length })
  return {
    rdkafkaPerformanceMs: c,
    sequentialLoop: told(await sequentialLoop(brokers, fleet.deviceIds, value), fleet.size),
    plainKafkajsProducer: told(await plainProducer(brokers, fleet.deviceIds, value), fleet.size),
  }
}

async function measureFleet(stage: Stage, rig: DispatchRig, fleet: Fleet, options: Options) {
  const first = await fanOut(stage, fleet)
  await takeBack(stage, fleet, first.request)
  const { sample, bytes, count } = first.commands
  const bare = await openBareLoop(stage, sample, everyMsFor(fleet))
  await bare.tell(fleet.deviceIds)
  const warmUps = warmUpsFor(fleet.size, options)
  for (let i = 0; i < warmUps; i++) await measureRound(stage, fleet, bare)
  stage.log(`${fleet.size} devices: the rounds that count, after ${warmUps + 1}`)
  const rounds: Round[] = []
  for (let i = 0; i < roundsFor(fleet.size, options); i++) rounds.push(await measureRound(stage, fleet, bare))
  await bare.close()
  return {
    rounds,
    /** The first event that the process ever took for this fleet, with cold code and stores. */
    firstMs: rounded(first.commands.atMs - first.askedMs),
    commandBytes: Math.round(bytes / count),
    otherwise: await otherwise(stage, fleet, sample),
    trouble: rig.worker().trouble.length,
  }
}

export const fanOutRow: Row = {
  name: 'fan-out',
  about: 'signal in → every command visible, for each size of --devices',
  stage: 'dispatch',
  async measure(stage, options, report) {
    const rig = await dispatchRig(stage, options)
    for (const fleet of rig.fleets) {
      const { rounds, otherwise: others, ...more } = await measureFleet(stage, rig, fleet, options)
      const bareMs = median(rounds.map((round) => round.bareMs))
      const passMs = median(rounds.map((round) => round.passMs))
      const signalMs = median(rounds.map((round) => round.signalMs))
      const devices = { devices: fleet.size, enrolledInAll: rig.devices }
      report(
        figureOf({
          row: 'fan-out',
          figure: signalMs,
          unit: 'ms, signal on utility.requests → every command visible to a read_committed reader',
          better: 'lower',
          limit: bareMs,
          limitIs: BARE,
          goal: options.quick ? null : (GOALS_MS.get(fleet.size) ?? null),
          more: {
            ...devices,
            passMs: rounded(passMs),
            commandsPerSecond: Math.round((fleet.size / signalMs) * 1000),
            ...others,
            ...more,
            rounds: rounds.map((round) => Math.round(round.signalMs)),
            coarsenessMs: everyMsFor(fleet),
          },
        }),
      )
      report(
        figureOf({
          row: 'pass-share',
          figure: bareMs / passMs,
          unit: 'share of the bare loop, order visible → every command visible',
          better: 'higher',
          limit: 1,
          limitIs: BARE,
          goal: options.quick ? null : SHARE_GOAL,
          more: { ...devices, passMs: rounded(passMs), bareMs: rounded(bareMs) },
        }),
      )
    }
  },
}
