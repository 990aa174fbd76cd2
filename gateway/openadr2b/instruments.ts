/** Counts what goes between Drover and 2.0b VTNs, and what was refused. */
import { Counter, Gauge, type Registry } from 'prom-client'

/** How a message of ours ended. */
export type Said = 'answered' | 'unreadable' | 'untrusted' | 'unreachable' | 'timeout' | 'too-large' | `http-${number}`

/** How a pushed message ended. */
export type Pushed =
  | 'taken'
  | 'refused'
  | 'unreadable'
  | 'untrusted'
  | 'foreign-certificate'
  | 'content-type'
  | 'too-large'
  | 'not-registered'
  | 'not-found'
  | 'not-ready'
  | 'broken-off'
  | 'tls'
  | 'fault'

export interface VenInstruments {
  said(vtnId: string, service: string, outcome: Said): void
  pushed(vtnId: string, service: string, outcome: Pushed): void
  /** The VTN's clock less Drover's, seconds. */
  skew(vtnId: string, seconds: number): void
  registered(vtnId: string, yes: boolean): void
}

/** For callers that count nothing. */
export const silentInstruments: VenInstruments = {
  said: () => undefined,
  pushed: () => undefined,
  skew: () => undefined,
  registered: () => undefined,
}

/** One set for all VTNs of a process. */
export function createVenInstruments(registry: Registry): VenInstruments {
  const registers = [registry]
  const said = new Counter({
    name: 'drover_openadr2b_said_total',
    help: 'Messages sent to VTNs, by what came back.',
    labelNames: ['vtn', 'service', 'outcome'],
    registers,
  })
  const pushed = new Counter({
    name: 'drover_openadr2b_pushed_total',
    help: 'Messages that VTNs pushed, by what became of them.',
    labelNames: ['vtn', 'service', 'outcome'],
    registers,
  })
  const skew = new Gauge({
    name: 'drover_openadr2b_clock_skew_seconds',
    help: "The VTN's clock, by its Date header, less Drover's.",
    labelNames: ['vtn'],
    registers,
  })
  const registered = new Gauge({
    name: 'drover_openadr2b_registered',
    help: '1 while the VTN knows us.',
    labelNames: ['vtn'],
    registers,
  })
  return {
    said: (vtn, service, outcome) => said.inc({ vtn, service, outcome }),
    pushed: (vtn, service, outcome) => pushed.inc({ vtn, service, outcome }),
    skew: (vtn, seconds) => skew.set({ vtn }, seconds),
    registered: (vtn, yes) => registered.set({ vtn }, yes ? 1 : 0),
  }
}
