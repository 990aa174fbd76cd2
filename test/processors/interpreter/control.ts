/** The control sub-topology under test: VTN messages as bare claims, requests, terms and capacity in; events, orders and opts out. */
import { availability } from '../../../processors/availability/processor.ts'
import { broadcaster } from '../../../processors/broadcaster/processor.ts'
import type { EventClaim } from '../../../processors/interpreter/claim.ts'
import { createInterpreter } from '../../../processors/interpreter/processor.ts'
import { programs } from '../../../processors/programs/processor.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import type { ResourceCapacity } from '../../../schemas/dispatch.ts'
import type { ProgramTerms } from '../../../schemas/program-terms.ts'
import type { UtilityEvent, UtilityRequest } from '../../../schemas/utility.ts'
import {
  dispatchDelivery,
  dispatchOrders,
  programCapacity,
  programsChanges,
  programsView,
  rejectedRecords,
  utilityEvents,
  utilityOpts,
  utilityRequests,
  utilitySignals,
} from '../../../topics/catalogue.ts'
import { HOUR_MS, NOON_MS } from '../../build/events.ts'
import { aRequest } from '../../build/request.ts'
import { aProgramChange, someTerms } from '../../build/terms.ts'
import { createDriver, type DriverOptions } from '../../driver/driver.ts'

const interpreter = createInterpreter({
  openadr2b: ({ body }) => ({ kind: 'events', complete: true, claims: JSON.parse(String(body)) as readonly EventClaim[] }),
})

const topology: Topology = {
  subTopologies: [{ name: 'control', partitioning: 'one', processors: [programs, interpreter, broadcaster, availability] }],
  external: [programsChanges, utilitySignals, utilityRequests, programCapacity, dispatchDelivery],
  terminal: [utilityEvents, utilityOpts, programsView, dispatchOrders, rejectedRecords],
}

/** Event E of vtn-1 from 14:00 to 15:00 at level 2. */
export const aClaim = (changes: Partial<EventClaim> = {}): EventClaim => ({
  theirEventId: 'E',
  program: { marketContext: 'http://utility.example/summer-shed' },
  modificationNumber: 0,
  cancelled: false,
  intervals: [{ startMs: NOON_MS + 2 * HOUR_MS, endMs: NOON_MS + 3 * HOUR_MS, level: '2', valueW: null }],
  openEnded: false,
  targets: [],
  test: false,
  priority: 0,
  randomizeStartS: 0,
  targetW: null,
  fault: null,
  ...changes,
})

/** It is noon; summer-shed has these terms. */
export function startControl(terms: Partial<ProgramTerms> = {}, options: Partial<DriverOptions> = {}) {
  const driver = createDriver(topology, { startMs: NOON_MS, devicePartitions: 2, ...options })
  driver.send(programsChanges, aProgramChange({ terms: someTerms(terms) }))
  driver.run()
  const events = (): readonly UtilityEvent[] => driver.read(utilityEvents).flatMap(({ value }) => value ?? [])
  const newest = (): UtilityEvent => {
    const event = events().at(-1)
    if (!event) throw new Error('nothing stands on utility.events')
    return event
  }
  return {
    driver,
    events,
    newest,
    /** What the VTN distributes now. */
    distribute(...claims: readonly EventClaim[]): UtilityEvent {
      const signal = { vtnId: 'vtn-1', protocol: 'openadr2b', service: 'OadrPoll', status: 200, contentType: 'application/xml' } as const
      driver.send(utilitySignals, { ...signal, receivedMs: driver.nowMs(), body: Buffer.from(JSON.stringify(claims)) })
      driver.run()
      return newest()
    },
    ask(request: Partial<UtilityRequest>): UtilityEvent {
      driver.send(utilityRequests, aRequest({ requester: 'olga', ...request, requestId: `request ${events().length}` }))
      driver.run()
      return newest()
    },
    publish(capacityW: number, resources: readonly ResourceCapacity[] = [], partition = 0, tooManyResources = false): void {
      const buckets = capacityW > 0 ? [{ eventsThisSeason: 0, hashBucket: 0, devices: 1, capacityW, mostW: capacityW, floorW: 0 }] : []
      driver.send(programCapacity, { programId: 'summer-shed', partition, asOfOffset: 1, buckets, resources, tooManyResources })
      driver.run()
    },
    /** What partition 0 was told of events, in order. */
    ordered: () =>
      driver
        .read(dispatchOrders)
        .filter(({ partition }) => partition === 0)
        .flatMap(({ value }) => value?.events ?? [])
        .map(({ kind, revision }) => `${kind} ${revision}`),
    opts: () => driver.read(utilityOpts).flatMap(({ value }) => value ?? []),
  }
}
