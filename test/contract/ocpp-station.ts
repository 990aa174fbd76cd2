/** A scripted charging station on a real socket, which keeps charging profiles as the standard says and speaks in the words of its version. */
import WebSocket from 'ws'
import { type ClearRequest, clear, type Installed, install, limitW } from '../fleet/ocpp/charging-profile.ts'
import { type CompositeSchedule, compositeSchedule } from '../fleet/ocpp/composite-schedule.ts'
import { traitsOf } from '../fleet/traits.ts'
import type { Answering, ScriptedDevice, ScriptedHistory } from './protocol.ts'

export const VOLTAGE_V = 230
export const PASSWORD = 'a password of a station'

type Payload = Record<string, unknown>

/** What a station of three phases can do, and the limit that it had before us. */
export interface Build {
  readonly ratedW: number
  readonly standing: { readonly unit: 'A' | 'W'; readonly limit: number }
}

/** How a version of OCPP says what the contract asks for. */
export interface Words {
  readonly subprotocol: string
  installing(payload: Payload, nowMs: number): Installed
  clearing(payload: Payload): ClearRequest
  composite(schedule: CompositeSchedule): object
  /** A frame with the register of its meter, Wh; spaces and the order of fields are the station's own. */
  report(uniqueId: string, metered: { readonly timestamp: string; readonly registerWh: number }): string
  /** A frame that breaks its schema. */
  readonly nonsense: string
}

const isProfileChange = (action: string): boolean => action === 'SetChargingProfile' || action === 'ClearChargingProfile'

type Call = readonly [2, string, string, Record<string, unknown>]

const standingOf = ({ standing: { unit, limit } }: Build): Installed => ({
  connectorId: 0,
  installedMs: 0,
  profile: {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'ChargePointMaxProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: {
      startSchedule: '2020-01-01T00:00:00Z',
      chargingRateUnit: unit,
      chargingSchedulePeriod: [{ startPeriod: 0, limit }],
    },
  },
})

export function createStation(words: Words, build: Build, id: string, url: string, nowMs: () => number): ScriptedDevice {
  const units = build.standing.unit === 'A' ? 'Current' : 'Power'
  const traits = { ...traitsOf(1, id, {}), ratedW: build.ratedW, phases: 3, voltageV: VOLTAGE_V, units } as const
  const standing = standingOf(build)
  const commands: ('set' | 'release')[] = []
  const asked = new Map<string, { resolve(): void; reject(error: Error): void }>()
  const held: Call[] = []
  // A trigger names no stretch.
  const triggers: null[] = []
  const history: ScriptedHistory = { answering: 'comes', asked: triggers }
  let installed: readonly Installed[] = [standing]
  let socket: WebSocket | undefined
  let answering: Answering = 'accepts'
  let serial = 0
  let registerWh = 1_100.5
  let markClosed = (): void => undefined
  const closed = new Promise<void>((resolve) => (markClosed = resolve))
  const write = (text: string): void => void (socket?.readyState === WebSocket.OPEN && socket.send(text))

  function change(action: string, payload: Payload): object {
    if (answering === 'rejects' && action === 'SetChargingProfile') return { status: 'Rejected' }
    if (answering === 'ignores') return { status: 'Accepted' }
    if (action === 'ClearChargingProfile') {
      const left = clear(installed, words.clearing(payload))
      const status = left.length < installed.length ? 'Accepted' : 'Unknown'
      installed = left
      return { status }
    }
    installed = install(installed, words.installing(payload, nowMs()))
    return { status: 'Accepted' }
  }

  function answer([, uniqueId, action, payload]: Call): void {
    const error = (code: string) => write(JSON.stringify([4, uniqueId, code, 'by script', {}]))
    const result = (payload: object) => write(JSON.stringify([3, uniqueId, payload]))
    if (action === 'TriggerMessage') trigger(payload, result)
    else if (action === 'GetCompositeSchedule') result(words.composite(compositeSchedule(installed, traits, payload, nowMs())))
    else if (!isProfileChange(action)) error('NotImplemented')
    else if (answering === 'notSupported') error('NotSupported')
    // ClearChargingProfile knows no refusal (§6.13) but an error.
    else if (answering === 'rejects' && action === 'ClearChargingProfile') error('InternalError')
    else result(change(action, payload))
  }

  /** The values come after the answer (1.6 §5.17; 2.0.1 F06.FR.04). */
  function trigger({ requestedMessage }: Payload, result: (payload: object) => void): void {
    if (requestedMessage !== 'MeterValues') throw new Error(`${String(requestedMessage)} is not what a gap needs`)
    triggers.push(null)
    result({ status: { comes: 'Accepted', later: 'Rejected', impossible: 'NotImplemented' }[history.answering] })
    if (history.answering === 'comes') void report().catch(() => undefined)
  }

  function onFrame(frame: readonly unknown[]): void {
    if (frame[0] === 2) onCall(frame as unknown as Call)
    else onAnswer(frame)
  }

  function onAnswer(frame: readonly unknown[]): void {
    const question = asked.get(String(frame[1]))
    asked.delete(String(frame[1]))
    if (frame[0] === 3) question?.resolve()
    else question?.reject(new Error(String(frame[2])))
  }

  function onCall(call: Call): void {
    const isProfile = isProfileChange(call[2])
    if (isProfile) commands.push(call[2] === 'SetChargingProfile' ? 'set' : 'release')
    if (answering === 'silent' && isProfile) held.push(call)
    else answer(call)
  }

  function ask(text: (uniqueId: string) => string): Promise<Buffer> {
    const uniqueId = `q${++serial}`
    const frame = text(uniqueId)
    return new Promise((resolve, reject) => {
      asked.set(uniqueId, { resolve: () => resolve(Buffer.from(frame)), reject })
      write(frame)
    })
  }

  /** Its register has gone on by 100 Wh each time. */
  function report(): Promise<Buffer> {
    registerWh += 100
    const metered = { timestamp: new Date(nowMs()).toISOString(), registerWh }
    return ask((uniqueId) => words.report(uniqueId, metered))
  }

  async function open(): Promise<void> {
    const authorization = `Basic ${Buffer.from(`${id}:${PASSWORD}`).toString('base64')}`
    const opened = new WebSocket(`${url}/${encodeURIComponent(id)}`, [words.subprotocol], {
      headers: { authorization },
      perMessageDeflate: false,
    })
    socket = opened
    opened.on('message', (data) => onFrame(JSON.parse(data.toString()) as unknown[]))
    opened.on('close', () => {
      markClosed()
      for (const question of asked.values()) question.reject(new Error('closed'))
      asked.clear()
    })
    await new Promise<void>((resolve, reject) => {
      opened.once('open', resolve)
      opened.once('error', reject)
    })
    opened.on('error', () => undefined)
    // The connection is recorded once the first request is answered.
    await ask((uniqueId) => JSON.stringify([2, uniqueId, 'Heartbeat', {}]))
  }

  return {
    id,
    commands,
    closed,
    history,
    get answering() {
      return answering
    },
    set answering(next) {
      answering = next
    },
    connect: open,
    async drop() {
      const dropped = socket
      held.length = 0
      if (!dropped || dropped.readyState === WebSocket.CLOSED) return
      const isClosed = new Promise<void>((resolve) => dropped.once('close', () => resolve()))
      dropped.terminate()
      await isClosed
    },
    answerNow(which) {
      const call = which === 'oldest' ? held.shift() : held.pop()
      if (!call) throw new Error('there is nothing to answer')
      answer(call)
    },
    limitW: (atMs) => limitW(installed, atMs, VOLTAGE_V),
    holdForeignLimit(watts) {
      const foreign = { ...standing.profile, chargingProfileId: 77, stackLevel: 2, chargingProfilePurpose: 'TxDefaultProfile' as const }
      const chargingSchedulePeriod = [{ startPeriod: 0, limit: watts }]
      const chargingSchedule = { ...foreign.chargingSchedule, chargingRateUnit: 'W' as const, chargingSchedulePeriod }
      installed = [...installed, { ...standing, profile: { ...foreign, chargingSchedule } }]
    },
    report,
    sayNonsense() {
      write(words.nonsense)
      return Buffer.from(words.nonsense)
    },
    async override(reason) {
      await ask((uniqueId) => JSON.stringify([2, uniqueId, 'DataTransfer', { vendorId: 'drover', messageId: 'override', data: reason }]))
    },
  }
}
