/** Counts what goes between Drover and OpenADR 3 VTNs, and what was of no use. */
import { Counter, Gauge, type Registry } from 'prom-client'

/** How a request of ours ended. */
export type Asked = 'no-answer' | 'no-token' | 'unreadable' | `http-${number}`

export interface VenInstruments {
  /** `path`: programs, events and so on, without ids. */
  asked(vtnId: string, path: string, outcome: Asked): void
  /** A poll came back whole. */
  polled(vtnId: string, atMs: number, recorded: boolean): void
  /** A webhook was answered so. */
  called(vtnId: string, status: number): void
  hinted(vtnId: string, by: 'webhook' | 'mqtt'): void
}

/** For callers that count nothing. */
export const silentInstruments: VenInstruments = {
  asked: () => undefined,
  polled: () => undefined,
  called: () => undefined,
  hinted: () => undefined,
}

/** One set for all VTNs of a process. */
export function createVenInstruments(registry: Registry): VenInstruments {
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name: `drover_openadr3_${name}`, help, labelNames: ['vtn', ...labelNames], registers: [registry] })
  const asked = counter('asked_total', 'Requests to VTNs, by what came back.', ['path', 'outcome'])
  const polls = counter('polls_total', 'Polls that came back whole, and whether they showed something new.', ['changed'])
  const called = counter('called_total', 'Webhooks, by what they were answered.', ['status'])
  const hinted = counter('hinted_total', 'Hints that something changed, by the way they came.', ['by'])
  const polled = new Gauge({
    name: 'drover_openadr3_polled_timestamp_seconds',
    help: "When the last whole poll came back, by Drover's clock.",
    labelNames: ['vtn'],
    registers: [registry],
  })
  return {
    asked: (vtn, path, outcome) => asked.inc({ vtn, path, outcome }),
    polled: (vtn, atMs, changed) => {
      polls.inc({ vtn, changed: String(changed) })
      polled.set({ vtn }, atMs / 1000)
    },
    called: (vtn, status) => called.inc({ vtn, status }),
    hinted: (vtn, by) => hinted.inc({ vtn, by }),
  }
}
