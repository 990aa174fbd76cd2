/** What clouds count about themselves. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Purpose } from './line/allowance.ts'
import type { Reply } from './line/call.ts'

/** What became of a message that a vendor sent to us. */
export type Heard = 'taken' | 'duplicate' | 'unknown' | 'unsigned' | 'stale' | 'unreadable' | 'failed'

export interface CloudInstruments {
  called(vendor: string, purpose: Purpose, outcome: Reply['kind']): void
  /** The breaker of a credential. */
  open(credential: string, isOpen: boolean): void
  /** Devices whose next step waits for the line. */
  waiting(credential: string, devices: number): void
  /** Devices for which we were too late. */
  delayed(credential: string): void
  heard(credential: string, outcome: Heard): void
  /** Bodies that were recorded, and those that said nothing new. */
  polled(vendor: string, outcome: 'recorded' | 'known'): void
}

/** For callers that count nothing. */
export const silentInstruments: CloudInstruments = {
  called: () => undefined,
  open: () => undefined,
  waiting: () => undefined,
  delayed: () => undefined,
  heard: () => undefined,
  polled: () => undefined,
}

/** One set for all clouds of a protocol in a process. */
export function createCloudInstruments(registry: Registry, protocol: string): CloudInstruments {
  const registers = [registry]
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name: `drover_${protocol}_cloud_${name}`, help, labelNames, registers })
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `drover_${protocol}_cloud_${name}`, help, labelNames: ['credential'], registers })
  const called = counter('calls_total', 'Calls to vendors, by what they were for and what came back.', ['vendor', 'purpose', 'outcome'])
  const open = gauge('breaker_open', '1 while a vendor is not called with this credential, since it does not answer.')
  const waiting = gauge('waiting_devices', 'Devices whose next step waits for the line.')
  const delayed = counter('delayed_total', 'Commands that could not be sent in time.', ['credential'])
  const heard = counter('heard_total', 'Messages of vendors, by what became of them.', ['credential', 'outcome'])
  const polled = counter('bodies_total', 'Bodies of telemetry, recorded or known already.', ['vendor', 'outcome'])
  return {
    called: (vendor, purpose, outcome) => called.inc({ vendor, purpose, outcome }),
    open: (credential, isOpen) => open.set({ credential }, isOpen ? 1 : 0),
    waiting: (credential, devices) => waiting.set({ credential }, devices),
    delayed: (credential) => delayed.inc({ credential }),
    heard: (credential, outcome) => heard.inc({ credential, outcome }),
    polled: (vendor, outcome) => polled.inc({ vendor, outcome }),
  }
}
