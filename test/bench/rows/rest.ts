/**
 * REST: events per second, each asked for by POST /events and answered with what the interpreter made of it.
 *
 * Measured: HTTP on a real socket → REST (one process) → utility.requests, durable → the production control sub-topology (another
 * process: interpreter, exactly once, and broadcaster) → utility.events → the answer 201. Many callers at once, each waiting for its
 * answer before it asks for the next event; then one caller alone, whose time per event is what a person would wait.
 * Every answer is checked: 201, an event of its own, revision 1.
 *
 * Beside it, in the same run: the least that could be served, a bare HTTP server on the same library, without tokens, checks and
 * interpreter, that makes one record as large durable per request and answers then.
 */
import { randomBytes } from 'node:crypto'
import type { UtilityEvent } from '../../../schemas/utility.ts'
import { utilityEvents } from '../../../topics/catalogue.ts'
import { eventually } from '../../support/eventually.ts'
import { bareRequests } from '../limits/topics.ts'
import { fleetOf, recordProgram, termsOf } from '../support/fleet.ts'
import type { HttpOrders } from '../support/http-main.ts'
import { figureOf, median, type Row, rounded } from '../support/row.ts'
import { startScript } from '../support/script.ts'
import type { Stage } from '../support/stage.ts'
import { watchTopic } from '../support/visibility.ts'
import { startWorker } from '../support/worker.ts'

const CALLERS = 256
const EVENTS = 10_000
const QUICK_EVENTS = 500
const ALONE = 100
const HOUR_MS = 3_600_000
const LIMIT_MS = 60_000

interface Server {
  readonly url: string
  readonly token: string
}

async function startHttp(stage: Stage, what: HttpOrders['what']): Promise<Server> {
  const { brokers, registryUrl } = stage
  const token = randomBytes(24).toString('base64url')
  let url: string | undefined
  const script = startScript(stage, new URL('../support/http-main.ts', import.meta.url), { brokers, registryUrl, token, what }, (line) => {
    url = (line as { url: string }).url
  })
  stage.onStop(script.stop)
  return { url: await eventually(`${what} to listen`, () => url, LIMIT_MS), token }
}

let asked = 0

/** Asks for one more event; resolves with its id when it is answered with 201. */
async function askOnce({ url, token }: Server, programId: string): Promise<string> {
  asked++
  const startMs = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 2 * HOUR_MS
  const intervals = [{ startMs, endMs: startMs + HOUR_MS, level: '2', valueW: null }]
  const response = await fetch(`${url}/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ programId, theirEventId: `rest-${asked}`, intervals }),
  })
  const event = (await response.json()) as UtilityEvent
  if (response.status !== 201 || event.revision > 1) throw new Error(`POST /events: ${response.status} ${JSON.stringify(event)}`)
  return event.theirEventId
}

interface Round {
  readonly perSecond: number
  /** Time of each answer, ms, ascending. */
  readonly waits: readonly number[]
}

async function askMany(server: Server, programId: string, events: number, callers: number): Promise<Round> {
  const waits: number[] = []
  const ids = new Set<string>()
  let left = events
  const call = async (): Promise<void> => {
    while (left-- > 0) {
      const fromMs = performance.now()
      ids.add(await askOnce(server, programId))
      waits.push(performance.now() - fromMs)
    }
  }
  const fromMs = performance.now()
  await Promise.all(Array.from({ length: callers }, call))
  if (ids.size !== events) throw new Error(`${ids.size} events were answered instead of ${events}`)
  return { perSecond: (events / (performance.now() - fromMs)) * 1000, waits: waits.sort((a, b) => a - b) }
}

const share = (waits: readonly number[], part: number): number => rounded(waits[Math.floor((waits.length - 1) * part)] ?? Number.NaN)

export const restRow: Row = {
  name: 'rest',
  about: 'events per second by POST /events, each answered with what the interpreter made of it',
  stage: 'rest',
  async measure(stage, { quick }, report) {
    const events = quick ? QUICK_EVENTS : EVENTS
    const fleet = fleetOf(1)
    const worker = startWorker(stage, { subTopologies: ['control'] })
    stage.onStop(worker.stop)
    await stage.addTopics([bareRequests])
    await eventually('control to serve', () => worker.restored('control').tasks >= 1, LIMIT_MS)
    await recordProgram(stage, fleet, termsOf())
    const [rest, bare] = [await startHttp(stage, 'rest'), await startHttp(stage, 'bare')]
    const { programId } = fleet
    await eventually('the program to be known', () => askOnce(rest, programId).catch(() => undefined), LIMIT_MS)
    await askMany(rest, programId, Math.min(events, 500), CALLERS)
    await askMany(bare, programId, Math.min(events, 500), CALLERS)
    const watch = await watchTopic(stage.brokers, utilityEvents.name, 20)
    const many = await askMany(rest, programId, events, CALLERS)
    const seen = await watch.until(events)
    await watch.stop()
    if (seen.count !== events) throw new Error(`${seen.count} records on utility.events instead of ${events}`)
    const limit = await askMany(bare, programId, events, CALLERS)
    const alone = await askMany(rest, programId, ALONE, 1)
    report(
      figureOf({
        row: 'rest',
        figure: many.perSecond,
        unit: 'events/s, POST /events answered with what the interpreter made of each',
        better: 'higher',
        limit: limit.perSecond,
        limitIs: 'a bare HTTP server on the same library that makes one record as large durable per request',
        goal: null,
        more: {
          events,
          callers: CALLERS,
          answerMs: { p50: share(many.waits, 0.5), p99: share(many.waits, 0.99) },
          bareAnswerMs: { p50: share(limit.waits, 0.5), p99: share(limit.waits, 0.99) },
          aloneMs: { p50: rounded(median(alone.waits)), p99: share(alone.waits, 0.99) },
          trouble: worker.trouble.length,
        },
      }),
    )
  },
}
