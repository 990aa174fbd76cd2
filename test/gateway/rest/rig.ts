/** REST under test: the app over a log in memory, with the processors that answer it at work. */
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { createRestApp } from '../../../gateway/rest/app.ts'
import { openChangeBook } from '../../../gateway/rest/change-book.ts'
import { openEventBook } from '../../../gateway/rest/event-book.ts'
import { openProgramBook } from '../../../gateway/rest/program-book.ts'
import type { Token } from '../../../gateway/rest/tokens.ts'
import { watchVerdicts } from '../../../gateway/rest/verdict-watch.ts'
import { createEnrollment } from '../../../processors/enrollment/processor.ts'
import { createInterpreter } from '../../../processors/interpreter/processor.ts'
import { programs } from '../../../processors/programs/processor.ts'
import type { Clock } from '../../../processors/runtime/clock.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import { dispatchOrders, programsChanges } from '../../../topics/catalogue.ts'
import { anOrder } from '../../build/events.ts'
import { readableRenderer } from '../../build/renderer.ts'
import { aProgram, aProgramChange } from '../../build/terms.ts'
import { driveLog } from '../../support/driven-log.ts'
import { createMemoryLog } from '../../support/memory-log.ts'
import { findDeviations } from './conformance.ts'

export const nowMs = Date.UTC(2026, 6, 15, 12)
export const HOUR_MS = 3_600_000

const renderers = {
  ocpp: readableRenderer('ocpp'),
  thermostat: readableRenderer('thermostat', 0, { quota: { calls: 1, windowS: 3600 }, devicesPerCall: 1 }),
}
const topology: Topology = {
  subTopologies: [
    { name: 'control', partitioning: 'one', processors: [programs, createInterpreter({})] },
    { name: 'enrollment', partitioning: 'device', processors: [createEnrollment(renderers)] },
  ],
  external: [],
  terminal: [],
}

const token = (name: string, scope: Token['scope'], reach: Partial<Token> = {}): Token => ({
  name,
  token: `${name} secret of at least 24 letters`.replaceAll(' ', '-'),
  scope,
  programs: [],
  devices: [],
  ...reach,
})

export const tokens = {
  operator: token('operator', 'operator'),
  colleague: token('colleague', 'operator'),
  utility: token('utility', 'program', { programs: ['summer-shed'] }),
  owner: token('owner', 'deviceOwner', { devices: ['d-1'] }),
  analyst: token('analyst', 'analyst'),
} as const

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown>; readonly text: string }

/** Program summer-shed is known to everybody. `call` speaks as the operator unless told otherwise, and throws at an answer that the OpenAPI document does not allow. */
export async function createRestRig(options: { readonly limitMs?: number } = {}) {
  const clock: Clock = { nowMs: () => nowMs, rate: 1 }
  const log = createMemoryLog({ nowMs: clock.nowMs })
  const driven = driveLog(log, topology, { nowMs: clock.nowMs })
  await log.writer.append(programsChanges, aProgramChange())
  for (const partition of [0, 1]) await log.writer.append(dispatchOrders, anOrder(1, { programs: [aProgram()] }), { partition })
  const lines: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  const registry = new Registry()
  const open = async () =>
    createRestApp({
      writer: log.writer,
      book: await openEventBook(log.reader, clock.nowMs()),
      changes: await openChangeBook(log.reader),
      programs: await openProgramBook(log.reader),
      verdicts: await watchVerdicts(log.reader),
      tokens: Object.values(tokens),
      clock,
      log: logger,
      registry,
      limitMs: options.limitMs ?? 5_000,
      maxBodyBytes: 2_000_000,
    })
  let app = await open()

  async function call(
    method: string,
    path: string,
    body?: unknown,
    { as = 'operator', headers = {} }: { readonly as?: keyof typeof tokens | null; readonly headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const authorization: Record<string, string> = as === null ? {} : { authorization: `Bearer ${tokens[as].token}` }
    const response = await app.request(path, {
      method,
      headers: { ...authorization, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const contentType = response.headers.get('content-type') ?? ''
    const answer = { status: response.status, headers: response.headers, body: contentType.includes('json') ? JSON.parse(text) : {}, text }
    const deviations = findDeviations(method, path, { ...answer, contentType })
    if (deviations.length > 0) throw new Error(deviations.join('; '))
    return answer
  }

  return {
    log,
    driven,
    call,
    lines,
    registry,
    /** As after a restart of the process. */
    async reopen(): Promise<void> {
      registry.clear()
      app = await open()
    },
  }
}

export type RestRig = Awaited<ReturnType<typeof createRestRig>>
