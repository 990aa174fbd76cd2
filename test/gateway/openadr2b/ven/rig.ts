/** A VEN under test: a simulated VTN over HTTP behind an unruly proxy, the log in memory, and the interpreter at work on it. */
import type { ServerOptions } from 'node:https'
import { pino } from 'pino'
import { expect, vi } from 'vitest'
import { encode } from '../../../../gateway/openadr2b/encode.ts'
import { createExchange } from '../../../../gateway/openadr2b/exchange.ts'
import { understandOpenAdr2b } from '../../../../gateway/openadr2b/understand.ts'
import { startVen, type Ven, type VenOptions } from '../../../../gateway/openadr2b/ven/start.ts'
import { createInterpreter } from '../../../../processors/interpreter/processor.ts'
import { programs } from '../../../../processors/programs/processor.ts'
import { type Clock, createClock } from '../../../../processors/runtime/clock.ts'
import type { Topology } from '../../../../processors/runtime/define.ts'
import type { ProgramTerms } from '../../../../schemas/program-terms.ts'
import type { UtilityReport } from '../../../../schemas/utility.ts'
import { programsChanges, utilityReports, utilitySignals } from '../../../../topics/catalogue.ts'
import { aProgramChange, someTerms } from '../../../build/terms.ts'
import { driveLog } from '../../../support/driven-log.ts'
import { createMemoryLog } from '../../../support/memory-log.ts'
import { startUnrulyProxy } from '../../../support/unruly-proxy.ts'
import type { PostedEvent } from '../../../vtn/state.ts'
import { startVtn, type VtnOptions } from '../../../vtn/vtn.ts'

export const HOUR_MS = 3_600_000
export const marketContext = 'http://utility.example/summer-shed'

const onlyMeaning: Topology = {
  subTopologies: [{ name: 'control', partitioning: 'one', processors: [programs, createInterpreter({ openadr2b: understandOpenAdr2b })] }],
  external: [],
  terminal: [],
}

export const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 15_000, interval: 5 })

export const anEvent = (eventID: string, startMs: number, change: Partial<PostedEvent> = {}): PostedEvent => ({
  eventID,
  marketContext,
  activePeriod: { startMs, durationS: 3600 },
  targets: [],
  signals: [
    { signalID: 's', signalName: 'SIMPLE', signalType: 'level', targets: [], intervals: [{ uid: '0', durationS: 3600, value: 2 }] },
  ],
  ...change,
})

/** A report that the reporter has just made for a request. */
export const aReport = (change: Partial<UtilityReport>): UtilityReport => ({
  reportId: 'r-1',
  vtnId: 'vtn-1',
  reportRequestId: '',
  reportSpecifierId: 'telemetry-usage',
  reportName: 'TELEMETRY_USAGE',
  eventId: null,
  startMs: Date.UTC(2026, 6, 15, 12),
  stepS: 900,
  points: [{ rId: 'summer-shed/usage', values: [1200, 0], qualities: ['measured', 'missing'] }],
  status: 'pending',
  attempt: 0,
  detail: '',
  ...change,
})

export interface RigOptions extends Partial<Omit<VtnOptions, 'clock'>> {
  /** The VEN speaks TLS to the proxy. */
  readonly tls?: ServerOptions
  readonly clock?: Clock
  /** What works on the log; default: only what gives signals a meaning. */
  readonly topology?: Topology
  readonly terms?: Partial<ProgramTerms>
}

const fastClock = (): Clock => createClock({ epochMs: Date.UTC(2026, 6, 15, 12), realEpochMs: Date.now(), rate: 50 })

/** Drover's time runs 50 times as fast, from noon on 15 July 2026, unless another clock is given; the VTN wants a poll every second. */
export async function createRig({ tls, clock = fastClock(), topology = onlyMeaning, terms, ...vtnOptions }: RigOptions = {}) {
  const log = createMemoryLog({ nowMs: clock.nowMs })
  const driven = driveLog(log, topology, { nowMs: clock.nowMs })
  const vtn = await startVtn({ clock: clock.nowMs, pollFreqS: 1, ...vtnOptions })
  const proxy = await startUnrulyProxy(vtn.url, tls)
  const vens: Ven[] = []
  await log.writer.append(programsChanges, aProgramChange({ terms: someTerms({ marketContext, ...terms }) }))
  const join = (options: Partial<VenOptions> = {}): Ven => {
    const ven = startVen({
      vtnId: 'vtn-1',
      baseUrl: proxy.url,
      venName: 'herd',
      writer: log.writer,
      reader: log.reader,
      clock,
      log: pino({ level: 'silent' }),
      timeoutMs: 10_000,
      waits: { patienceMs: 200, firstBackoffMs: 10, capBackoffMs: 50, leastPollMs: 5 },
      ...options,
    })
    vens.push(ven)
    return ven
  }
  return {
    clock,
    log,
    driven,
    vtn,
    proxy,
    join,
    vens: (): readonly Ven[] => vens,
    /** Joins and waits until the VTN has heard everything that a start has to say. */
    async joined(options: Partial<VenOptions> = {}): Promise<Ven> {
      const ven = join(options)
      await eventually(() => expect(vtn.traffic().some(({ service }) => service === 'OadrPoll')).toBe(true))
      return ven
    },
    addProgram: (programId: string) =>
      log.writer.append(
        programsChanges,
        aProgramChange({ programId, terms: someTerms({ marketContext: `http://utility.example/${programId}` }) }),
      ),
    /** What a process does that dies between recording a message and acting on it. */
    async pollAndForget(venID: string): Promise<void> {
      const exchange = createExchange({ base: vtn.url })
      const { status, body } = await exchange.post('OadrPoll', encode({ type: 'oadrPoll', venID }))
      exchange.close()
      const signal = {
        vtnId: 'vtn-1',
        protocol: 'openadr2b',
        service: 'OadrPoll',
        receivedMs: clock.nowMs(),
        status,
        contentType: 'application/xml',
      } as const
      await log.writer.append(utilitySignals, { ...signal, body: Buffer.from(body) })
    },
    reportsOnLog: (reportId: string) => log.read(utilityReports).flatMap(({ value }) => (value?.reportId === reportId ? [value] : [])),
    async stop(): Promise<void> {
      await Promise.all(vens.map((ven) => ven.stop()))
      await proxy.stop()
      await vtn.stop()
    },
  }
}

export type Rig = Awaited<ReturnType<typeof createRig>>
