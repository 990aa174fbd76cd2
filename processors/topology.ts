/** The whole system, in the order of the flow: what runs, what comes from outside, and what is read outside only. */
import { protocols } from '../connectors/registry.ts'
import { signalReaders } from '../gateway/signal-readers.ts'
import {
  deviceAcks,
  deviceConnections,
  dispatchCommands,
  dispatchDecisions,
  enrollmentChanges,
  enrollmentVerdicts,
  programsChanges,
  settlementBaselines,
  settlementNominations,
  settlementResults,
  settlementStatements,
  telemetryRaw,
  utilityOpts,
  utilityReports,
  utilityRequests,
  utilitySessions,
  utilitySignals,
} from '../topics/catalogue.ts'
import { createAggregator } from './aggregator/processor.ts'
import { availability } from './availability/processor.ts'
import { broadcaster } from './broadcaster/processor.ts'
import { createDispatcher } from './dispatch/processor.ts'
import { createEnrollment } from './enrollment/processor.ts'
import { gapDetector } from './gaps/processor.ts'
import { createInterpreter } from './interpreter/processor.ts'
import { createNormalizer } from './normalizer/processor.ts'
import { outcomes } from './outcomes/processor.ts'
import { presence } from './presence/processor.ts'
import { programs } from './programs/processor.ts'
import { router } from './router/processor.ts'
import type { Topology } from './runtime/define.ts'
import { settlement } from './settlement/processor.ts'

const { renderers, decoders } = protocols

/** Telemetry is settled in minutes at the earliest, and every transaction costs the broker a dozen requests. */
const GATHER_MS = 250

export const topology: Topology = {
  subTopologies: [
    {
      name: 'control',
      partitioning: 'one',
      processors: [programs, createInterpreter(signalReaders), broadcaster, availability],
    },
    { name: 'enrollment', partitioning: 'device', processors: [createEnrollment(renderers)] },
    { name: 'dispatch', partitioning: 'device', processors: [createDispatcher(renderers)] },
    { name: 'acks', partitioning: 'device', processors: [presence, outcomes] },
    {
      name: 'telemetry',
      partitioning: 'device',
      gatherMs: GATHER_MS,
      processors: [createNormalizer({ decoders }), createAggregator(), gapDetector, router],
    },
    { name: 'settlement', partitioning: 'device', gatherMs: GATHER_MS, processors: [settlement] },
  ],
  external: [
    programsChanges,
    utilitySignals,
    utilityRequests,
    enrollmentChanges,
    deviceConnections,
    deviceAcks,
    ...Object.values(telemetryRaw),
    settlementNominations,
    utilityReports,
    utilitySessions,
    utilityOpts,
  ],
  terminal: [
    utilityOpts,
    ...Object.values(dispatchCommands),
    enrollmentVerdicts,
    dispatchDecisions,
    settlementBaselines,
    settlementResults,
    settlementStatements,
    utilityReports,
    utilitySessions,
  ],
}
