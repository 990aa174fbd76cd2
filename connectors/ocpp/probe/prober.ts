/**
 * Asks stations what they can do when they connect for the first time, and after each boot, and compares it with what is registered.
 *
 *   opened, booted ──1 to 10 s──▶ ask ▶ set what telemetry needs ▶ ask again ▶ compare ▶ enrollment.changes, log, metrics
 *
 * Commands go first: a question waits behind every command, and gives up soon. A station that gave no answer in time is asked again, ever later; one
 * that cannot say is asked again on its next connection. The same findings of the same registration are one change,
 * by its id, and once it is taken nothing is left open: so it is written once, whoever asks again.
 */
import type { Clock } from '../../../processors/runtime/clock.ts'
import type { DeviceAttributes, DeviceState, EnrollmentChange } from '../../../schemas/enrollment.ts'
import { hashId } from '../../../topics/ids.ts'
import { spreadOf } from '../../delivery/decide.ts'
import type { OcppInstruments } from '../instruments.ts'
import type { OcppServer } from '../server/server.ts'
import type { OcppVersion } from '../wire/dialect.ts'
import { type Call, settle, survey } from './ask.ts'
import { changeOf, completed } from './change.ts'
import { type Findings, findingsOf } from './findings.ts'
import { probeForms } from './forms.ts'
import { createTurns } from './turns.ts'

/** What is registered of a station. */
export type Registered = Pick<DeviceState, 'attributes' | 'lastChangeOffset'>

export interface ProberOptions {
  readonly server: () => Pick<OcppServer, 'call' | 'speaks'>
  /** undefined = not known here: then nothing is asked. */
  readonly registered: (deviceId: string) => Registered | undefined
  readonly record: (change: EnrollmentChange) => Promise<void>
  readonly clock: Clock
  readonly instruments: OcppInstruments
  readonly log: (line: string) => void
  readonly onError: (deviceId: string, error: unknown) => void
  /** Real time from a connection, or from a question that was not answered in time, to the next one, ms; spread over stations unless said. */
  readonly delayMs: ((deviceId: string, unanswered: number) => number) | undefined
}

export interface Prober {
  onOpened(deviceId: string): void
  /** Its settings may be others now. */
  onBooted(deviceId: string): void
  stop(): void
}

const AT_ONCE = 100
const ANSWER_MS = 5_000
const FIRST_MS = 1_000
const SPREAD_MS = 9_000
const FIRST_AGAIN_MS = 30_000
const LONGEST_AGAIN_MS = 1_800_000

function spreadMs(deviceId: string, unanswered: number): number {
  const laterMs = unanswered === 0 ? FIRST_MS : Math.min(FIRST_AGAIN_MS * 2 ** (unanswered - 1), LONGEST_AGAIN_MS)
  return laterMs + Math.floor(spreadOf('probe', deviceId) * SPREAD_MS)
}

export function createProber(options: ProberOptions): Prober {
  const { registered, delayMs = spreadMs } = options
  /** Registrations that each station was compared with: as it was, and as the station completed it. */
  const compared = new Map<string, readonly string[]>()
  /** Times in a row that a station gave no answer in time, on this connection. */
  const unanswered = new Map<string, number>()
  const timers = new Map<string, NodeJS.Timeout>()
  const turns = createTurns(AT_ONCE)

  async function probe(deviceId: string): Promise<void> {
    const known = registered(deviceId)
    const version = options.server().speaks(deviceId)
    if (!known || !version || compared.get(deviceId)?.includes(keyOf(known.attributes))) return
    const findings = await look(options, deviceId, known, version)
    if (findings === 'cannot say') return
    if (findings === 'no answer in time') {
      unanswered.set(deviceId, (unanswered.get(deviceId) ?? 0) + 1)
      return schedule(deviceId)
    }
    unanswered.delete(deviceId)
    compared.set(deviceId, [keyOf(known.attributes), keyOf(completed(known.attributes, findings.fill))])
  }

  function schedule(deviceId: string): void {
    clearTimeout(timers.get(deviceId))
    const ask = (): void => {
      timers.delete(deviceId)
      turns.add(() => probe(deviceId).catch((error: unknown) => options.onError(deviceId, error)))
    }
    timers.set(deviceId, setTimeout(ask, delayMs(deviceId, unanswered.get(deviceId) ?? 0)).unref())
  }

  function begin(deviceId: string): void {
    unanswered.delete(deviceId)
    schedule(deviceId)
  }

  return {
    onOpened: begin,
    onBooted(deviceId) {
      compared.delete(deviceId)
      begin(deviceId)
    },
    stop() {
      for (const timer of timers.values()) clearTimeout(timer)
      turns.stop()
    },
  }
}

const keyOf = (attributes: DeviceAttributes): string => hashId(JSON.stringify(attributes))

type Unknown = 'no answer in time' | 'cannot say'

async function look(options: ProberOptions, deviceId: string, known: Registered, version: OcppVersion): Promise<Findings | Unknown> {
  const { server, instruments, clock } = options
  const form = probeForms[version]
  let isLate = false
  const call: Call = async (question) => {
    const outcome = await server().call(deviceId, question, { background: true, timeoutMs: ANSWER_MS })
    isLate ||= outcome.kind === 'timeout'
    return outcome
  }
  const before = await survey(form, call)
  const after = before && (await settle(form, call, before, known.attributes.cadenceS))
  if (!after) {
    instruments.probed(version, 'no-answer')
    return isLate ? 'no answer in time' : 'cannot say'
  }
  const findings = findingsOf(after, known.attributes, version)
  tell(options, deviceId, version, findings)
  const change = changeOf(deviceId, known, findings.fill, clock.nowMs())
  if (change) await options.record(change)
  return findings
}

function tell({ instruments, log }: ProberOptions, deviceId: string, version: OcppVersion, { fill, contradictions }: Findings): void {
  const isFilled = Object.keys(fill).length > 0
  instruments.probed(version, contradictions.length > 0 ? 'contradicts' : isFilled ? 'filled' : 'as-registered')
  for (const { attribute, detail } of contradictions) {
    instruments.contradicted(attribute)
    log(`ocpp ${deviceId}: ${detail}; correct its registration or the station`)
  }
}
