/** Sets the stage for tests of the whole pipeline: a utility, a fleet, and the real processes of Drover on a fast clock, in a folder of their own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProcessName } from '../../../deploy/up/processes.ts'
import { type RunningStack, startStack } from '../../../deploy/up/stack.ts'
import { createLogReader } from '../../../processors/runtime/kafka/log-reader.ts'
import type { LogReader } from '../../../processors/runtime/log.ts'
import { createSchemas } from '../../../topics/registry.ts'
import { type DemoClock, startClock } from '../../demo/clock.ts'
import { drover, sharedPassword } from '../../demo/drover.ts'
import { VTN_ID, ZONE } from '../../demo/programs.ts'
import { createFleet, type Fleet } from '../../fleet/fleet.ts'
import type { Mix } from '../../fleet/traits.ts'
import { type Analyst, createAnalyst } from '../../support/analyst.ts'
import { eventually } from '../../support/eventually.ts'
import { startVtn, type Vtn } from '../../vtn/vtn.ts'
import { cleanCluster } from './clean-cluster.ts'
import { createStrikes, type Strike } from './strikes.ts'

export interface StageOptions {
  readonly devices: number
  /** Simulated seconds to a real one. */
  readonly rate: number
  readonly mix: Mix
  /** Real time that a charger takes to answer, ms. */
  readonly answerMs: number
}

export interface Stage {
  readonly dataDir: string
  readonly clock: DemoClock
  readonly vtn: Vtn
  readonly fleet: Fleet
  readonly running: RunningStack
  readonly reader: LogReader
  readonly analyst: Analyst
  /** Runs a `drover` command on this stack. */
  drover(...args: readonly string[]): Promise<string>
  /** Makes a process kill itself at a chosen moment. */
  arm(name: ProcessName, strike: Strike): void
  kill(name: ProcessName): void
  /** Waits until the process is dead, then starts it again. */
  restartDead(name: ProcessName): Promise<void>
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run this test through the project 'broker' or 'containers' of test/vitest.config.ts`)
  return value
}

type Later = (stop: () => unknown) => void

async function fillStage(options: StageOptions, brokers: string, later: Later): Promise<Stage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'drover-pipeline-'))
  if (!process.env.DROVER_TEST_KEEP) later(() => rmSync(dataDir, { recursive: true, force: true }))
  const clock = startClock(ZONE, options.rate, Date.now())
  const vtn = await startVtn({
    vtnId: VTN_ID,
    pollFreqS: 30,
    clock: clock.nowMs,
    telemetry: { granularityS: 900, reportBackDurationS: 900 },
  })
  later(vtn.stop)
  writeFileSync(join(dataDir, 'vtns.json'), JSON.stringify([{ vtnId: VTN_ID, baseUrl: vtn.url, venName: 'drover-test' }]))
  const strikes = createStrikes(join(dataDir, 'strikes'))
  const env = { ...process.env, ...strikes.env }
  const running = await startStack({ dataDir, env, log: () => undefined, clock: clock.facts, devicePartitions: null })
  later(running.stop)
  const { stack } = running
  const fleet = createFleet({
    devices: options.devices,
    seed: 11,
    url: stack.ocppUrl,
    clock,
    password: sharedPassword(stack.stationsFile),
    mix: options.mix,
    answerMs: options.answerMs,
    idOf: (index) => `CP-${String(index).padStart(4, '0')}`,
  })
  later(fleet.stop)
  const analyst = createAnalyst(stack)
  later(analyst.close)
  return {
    dataDir,
    clock,
    vtn,
    fleet,
    running,
    reader: createLogReader({ brokers, schemas: createSchemas({ url: stack.registryUrl }), name: 'drover.test' }),
    analyst,
    drover: (...args) => drover(dataDir, args),
    arm: strikes.arm,
    kill: (name) => process.kill(running.pidOf(name), 'SIGKILL'),
    async restartDead(name) {
      await eventually(`${name} is dead`, () => !isAlive(running.pidOf(name)), 120_000)
      await running.restart(name)
    },
  }
}

/** Starts everything on an empty cluster; `close` stops all of it and empties the cluster again. */
export async function setStage(options: StageOptions): Promise<{ readonly stage: Stage; close(): Promise<void> }> {
  const brokers = required('KAFKA_BROKERS')
  await cleanCluster(brokers, false)
  const stops: (() => unknown)[] = [() => cleanCluster(brokers, true)]
  const close = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) await stop()
  }
  try {
    return { stage: await fillStage(options, brokers, (stop) => stops.push(stop)), close }
  } catch (error) {
    await close()
    throw error
  }
}
