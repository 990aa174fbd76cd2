/** A simulated utility: an OpenADR 2.0b VTN over real HTTP on 127.0.0.1, for tests and the demo. */

import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { OadrEvent } from '../../gateway/openadr2b/types/event.ts'
import { answer } from './answer.ts'
import { type CancelHow, eventControls, observations, partyControls, type ReportWanted, reportControls, type Traffic } from './controls.ts'
import {
  type AcceptedReport,
  type CreatedEvent,
  emptyState,
  type Opt,
  type PostedEvent,
  type Registration,
  type ReportRequest,
  type VtnState,
} from './state.ts'

export type VtnOptions = {
  /** 0, the default, takes any free port. */
  port?: number
  vtnId?: string
  pollFreqS?: number
  /** Epoch milliseconds; the wall clock by default. */
  clock?: () => number
  /** What the VTN asks of every TELEMETRY_USAGE offer at registration; null asks for nothing. */
  telemetry?: { granularityS: number; reportBackDurationS: number } | null
  /** Signs every answer; `sendRaw` says what it says. */
  sign?: (document: string) => string
}

export type Vtn = {
  url: string
  registrations: () => readonly Registration[]
  /** Every VEN that the event is for gets it with its next poll. */
  postEvent: (event: PostedEvent) => void
  /** Raises the modification number. */
  modifyEvent: (eventID: string, change: Partial<PostedEvent>) => void
  cancelEvent: (eventID: string) => void
  /** Leaves the event out of the next distribution without a word: an implied cancel. */
  dropEvent: (eventID: string) => void
  /** The events that a VEN should know now, as they would be sent. */
  events: (venID: string) => readonly OadrEvent[]
  /** One entry per eventResponse that was taken, oldest first. */
  createdEvents: () => readonly CreatedEvent[]
  /** Asks one VEN for a report; returns the reportRequestID. `METADATA` asks for its offers again. */
  requestReport: (wanted: ReportWanted) => string
  cancelReport: (reportRequestID: string, how: CancelHow) => void
  reportRequests: () => readonly ReportRequest[]
  /** reportRequestIDs that a VEN last said it still has to send. */
  pendingReports: (venID: string) => readonly string[]
  reports: () => readonly AcceptedReport[]
  /** Offers the VEN a report of the VTN's own. */
  offerReport: (venID: string, reportSpecifierID: string) => void
  requestReregistration: (venID: string) => void
  cancelRegistration: (venID: string) => void
  opts: () => readonly Opt[]
  /** Why requests of VENs were refused, oldest first. */
  refusals: () => readonly string[]
  /** The next poll is answered with these bytes and this status, whoever polls. */
  sendRaw: (bytes: Uint8Array, status?: number) => void
  /** The last 1,000 requests with their answers, oldest first. */
  traffic: () => readonly Traffic[]
  stop: () => Promise<void>
}

/** Starts the VTN and resolves once it listens. */
export const startVtn = async (options: VtnOptions = {}): Promise<Vtn> => {
  const { port = 0, vtnId = 'vtn-1', pollFreqS = 10, clock = Date.now, sign = (document: string) => document } = options
  const telemetry = options.telemetry === undefined ? { granularityS: 300, reportBackDurationS: 900 } : (options.telemetry ?? undefined)
  const state = emptyState(vtnId, pollFreqS, telemetry)
  const raw: { bytes: Uint8Array; status: number }[] = []
  const traffic: Traffic[] = []
  const app = createApp(state, clock, raw, traffic, sign)
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port })
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...observations(state, clock, traffic),
    ...eventControls(state, clock),
    ...reportControls(state),
    ...partyControls(state),
    sendRaw: (bytes, status = 200) => void raw.push({ bytes, status }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      }),
  }
}

const createApp = (
  state: VtnState,
  clock: () => number,
  raw: { bytes: Uint8Array; status: number }[],
  traffic: Traffic[],
  sign: (document: string) => string,
): Hono => {
  const app = new Hono()
  app.post('/OpenADR2/Simple/2.0b/:service', async (context) => {
    const service = context.req.param('service')
    const scripted = service === 'OadrPoll' ? raw.shift() : undefined
    if (scripted !== undefined) return new Response(Buffer.from(scripted.bytes), { status: scripted.status })
    if (!/^application\/xml\b/.test(context.req.header('content-type') ?? '')) return context.text('application/xml is needed', 415)
    const request = await context.req.text()
    const { status, document: unsigned } = answer(state, service, request, clock())
    const document = unsigned === '' ? '' : sign(unsigned)
    traffic.push({ service, request, response: document })
    if (traffic.length > 1_000) traffic.shift()
    return context.body(document, status, { 'content-type': 'application/xml' })
  })
  return app
}
