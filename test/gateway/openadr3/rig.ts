/** A VEN under test: a VTN over HTTP, the log in memory, and the interpreter at work on it. */
import { pino } from 'pino'
import { expect, vi } from 'vitest'
import type { Revision } from '../../../gateway/openadr3/revision.ts'
import { understandOpenAdr3 } from '../../../gateway/openadr3/understand.ts'
import { startVen, type Ven, type VenOptions } from '../../../gateway/openadr3/ven/start.ts'
import type { ReportSource } from '../../../gateway/reporting/source.ts'
import { type Reporter, startReporter } from '../../../gateway/reporting/start.ts'
import { createInterpreter } from '../../../processors/interpreter/processor.ts'
import { programs } from '../../../processors/programs/processor.ts'
import { createClock } from '../../../processors/runtime/clock.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import type { ProgramTerms } from '../../../schemas/program-terms.ts'
import type { UtilityEvent } from '../../../schemas/utility.ts'
import { programsChanges, utilityEvents, utilityReports, utilitySignals } from '../../../topics/catalogue.ts'
import { aProgramChange, someTerms } from '../../build/terms.ts'
import { driveLog } from '../../support/driven-log.ts'
import { createMemoryLog } from '../../support/memory-log.ts'
import type { Stored } from '../../vtn3/store.ts'
import { startVtn, type VtnOptions } from '../../vtn3/vtn.ts'

export const HOUR_MS = 3_600_000
export const secret = 'a secret that nobody may see'

const readers = { openadr3: understandOpenAdr3('3.0'), openadr31: understandOpenAdr3('3.1') }
const topology: Topology = {
  subTopologies: [{ name: 'control', partitioning: 'one', processors: [programs, createInterpreter(readers)] }],
  external: [],
  terminal: [],
}

export const eventually = (check: () => void | Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 30_000, interval: 5 })
export const iso = (atMs: number): string => new Date(atMs).toISOString()

/** The rows that reports to VTNs of OpenADR 3 are made of. */
export type Rows = Pick<ReportSource, 'intervalSums' | 'resultSums'>

/** Terms in which the payload types of OpenADR 3 have a meaning. */
export const terms3 = (change: Partial<ProgramTerms> = {}): ProgramTerms =>
  someTerms({
    marketContext: 'summer-shed',
    levels: [
      ...someTerms().levels,
      ...[
        'IMPORT_CAPACITY_LIMIT',
        'DISPATCH_SETPOINT',
        'DISPATCH_SETPOINT_RELATIVE',
        'CHARGE_STATE_SETPOINT',
        'PRICE',
        'ALERT_GRID_EMERGENCY',
      ].map((level) => ({ level, limitPermille: 400 })),
    ],
    ...change,
  })

/** Drover's time runs 50 times as fast, from noon on 15 July 2026; the VEN polls every second of it. */
export async function createRig(revision: Revision, options: { vtn?: Partial<VtnOptions>; terms?: Partial<ProgramTerms> } = {}) {
  const clock = createClock({ epochMs: Date.UTC(2026, 6, 15, 12), realEpochMs: Date.now(), rate: 50 })
  const log = createMemoryLog({ nowMs: clock.nowMs })
  const driven = driveLog(log, topology, { nowMs: clock.nowMs })
  const vtn = await startVtn({ revision, nowMs: clock.nowMs, ...options.vtn })
  const vens: Ven[] = []
  const reporters: Reporter[] = []
  const lines: string[] = []
  const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  await log.writer.append(programsChanges, aProgramChange({ terms: terms3(options.terms) }))
  const program = vtn.objects.create('programs', { programName: 'summer-shed' })

  const join = (change: Partial<VenOptions> = {}): Ven => {
    const ven = startVen({
      vtnId: 'vtn-1',
      revision,
      baseUrl: vtn.url,
      venName: 'herd',
      writer: log.writer,
      reader: log.reader,
      clock,
      log: logger,
      pollMs: 1000,
      timeoutMs: 10_000,
      waits: { firstBackoffMs: 10, capBackoffMs: 50, leastPollMs: 5 },
      ...change,
    })
    vens.push(ven)
    return ven
  }
  const meanings = (): readonly UtilityEvent[] => log.read(utilityEvents).flatMap(({ value }) => value ?? [])
  return {
    revision,
    clock,
    /** Lets the reporter make reports from these rows. */
    report: (source: Rows): void => {
      reporters.push(
        startReporter({
          writer: log.writer,
          reader: log.reader,
          source: source as ReportSource,
          clock,
          log: logger,
          everyMs: 10,
          marginMs: 0,
        }),
      )
    },
    reportsOnLog: () => log.read(utilityReports).flatMap(({ value }) => value ?? []),
    log,
    driven,
    vtn,
    program,
    join,
    meanings,
    /** Everything that was logged, as text. */
    logged: () => lines.join(''),
    kinds: () => meanings().map(({ theirEventId, kind }) => `${theirEventId} ${kind}`),
    signals: () => log.read(utilitySignals).flatMap(({ value }) => value ?? []),
    postEvent: (body: object): Stored => vtn.objects.create('events', { programID: program.id, ...body }),
    /** Waits for as many whole polls as are needed to have seen what the VTN shows now. */
    async polled(ven: Ven): Promise<void> {
      const before = ven.state().polls
      await eventually(() => expect(ven.state().polls).toBeGreaterThan(before + 1))
    },
    async stop(): Promise<void> {
      await Promise.all([...vens, ...reporters].map((running) => running.stop()))
      await vtn.stop()
    },
  }
}

export type Rig = Awaited<ReturnType<typeof createRig>>

/** One hour of SIMPLE level 2. */
export const anHour = (startMs: number, change: object = {}) => ({
  intervalPeriod: { start: iso(startMs), duration: 'PT1H' },
  intervals: [{ id: 0, payloads: [{ type: 'SIMPLE', values: [2] }] }],
  ...change,
})
