/** A running server on a log in memory, with devices in programs, a clock that can be moved, and clients with certificates of their own. */
import { connectors } from '../../../connectors/registry.ts'
import { type FollowedClients, followClients } from '../../../connectors/sep2/clients/follow.ts'
import { type RunningSep2, type Sep2Options, startSep2 } from '../../../connectors/sep2/role.ts'
import { renderDevice } from '../../../processors/enrollment/render-templates.ts'
import type { Clock } from '../../../processors/runtime/clock.ts'
import type { Command, Segment } from '../../../schemas/dispatch.ts'
import type { DeviceAttributes, DeviceState } from '../../../schemas/enrollment.ts'
import type { Program } from '../../../schemas/programs.ts'
import { deviceAcks, dispatchCommands, enrollmentState, programsView, telemetryRaw } from '../../../topics/catalogue.ts'
import { hashId, sha256Hex } from '../../../topics/ids.ts'
import { someAttributes } from '../../build/changes.ts'
import { anEnrollment } from '../../build/devices.ts'
import { aProgram } from '../../build/terms.ts'
import { createMemoryLog, type MemoryLog } from '../../support/memory-log.ts'
import { createHttpClient, type HttpClient } from './http-client.ts'
import { authority, clientCertificate, serverCredentials } from './pki.ts'

export const HOUR_S = 3_600
export const NOW_S = Date.UTC(2026, 6, 1, 12) / 1000

export interface RigClock extends Clock {
  advance(ms: number): void
}

export interface RigDevice {
  readonly deviceId: string
  readonly extra: Readonly<Record<string, string>>
  readonly attributes?: Partial<DeviceAttributes>
  readonly programs?: readonly Program[]
}

export interface Rig {
  readonly log: MemoryLog
  readonly clock: RigClock
  readonly role: RunningSep2
  readonly clients: FollowedClients
  /** A client with the certificate of this name. */
  client(name: string): Promise<HttpClient>
  lfdi(name: string): Promise<string>
  /** As enrollment would write it. */
  enroll(device: RigDevice): Promise<void>
  /** As the dispatcher would write it; no segments = a release. */
  command(deviceId: string, seq: number, segments: readonly Partial<Segment>[]): Promise<Command>
  /** Acks as `status seq`. */
  acks(deviceId: string): readonly string[]
  /** Kinds of raw records. */
  kinds(deviceId: string): readonly string[]
  restart(): Promise<void>
  stop(): Promise<void>
}

export type RigOptions = Partial<
  Pick<Sep2Options, 'settings' | 'bucketSize' | 'maxBodyBytes' | 'answerTimeoutMs' | 'giveWayMs' | 'credentials' | 'log' | 'skew'>
> & {
  readonly devices: readonly RigDevice[]
  readonly programs?: readonly Program[]
  /** Seconds of the clock to a real one. */
  readonly rate?: number
}

export const program = aProgram('p')
export const SETTINGS = { pollRateS: 300, postRateS: 300, notificationHosts: ['127.0.0.1'] }

function createClock(rate: number): RigClock {
  const realMs = performance.now()
  let movedMs = 0
  return {
    rate,
    nowMs: () => Math.floor(NOW_S * 1000 + movedMs + (performance.now() - realMs) * rate),
    advance(ms) {
      movedMs += ms
    },
  }
}

export function stateOf({ deviceId, extra, attributes = {}, programs = [program] }: RigDevice): DeviceState {
  const state: DeviceState = {
    deviceId,
    attributes: someAttributes({ protocol: 'sep2', ratedW: 10_000, minimumW: 0, extra: { ...extra }, ...attributes }),
    memberships: [],
    enrollments: programs.map(({ programId }) => anEnrollment(programId)),
    suspensions: [],
    optOuts: [],
    templates: [],
    registeredMs: (NOW_S - 86_400) * 1000,
    terminatedMs: null,
    lastChangeOffset: 0,
  }
  const versionOf = (programId: string) => programs.find((known) => known.programId === programId)?.versions[0]
  return renderDevice(state, versionOf, { sep2: connectors.sep2.renderer }).state
}

export async function createRig({ devices, programs = [program], settings = SETTINGS, rate = 1, ...options }: RigOptions): Promise<Rig> {
  const clock = createClock(rate)
  const log = createMemoryLog({ nowMs: clock.nowMs })
  const states = new Map<string, DeviceState>()
  const open: HttpClient[] = []
  const running: { role?: RunningSep2; clients?: FollowedClients } = {}

  async function enroll(device: RigDevice): Promise<void> {
    const state = stateOf(device)
    states.set(device.deviceId, state)
    await log.writer.append(enrollmentState, state)
  }

  async function start(): Promise<void> {
    const clients = await followClients(log.reader, clock, (deviceId) => running.role?.onChanged(deviceId))
    const credentials = options.credentials ?? (await serverCredentials())
    const { writer, reader } = log
    running.clients = clients
    running.role = await startSep2({
      writer,
      reader,
      clock,
      node: 'test',
      log: () => undefined,
      port: 0,
      ...options,
      credentials,
      settings,
      clients,
    })
  }

  async function stop(): Promise<void> {
    for (const client of open.splice(0)) client.close()
    await running.role?.stop()
    await running.clients?.stop()
  }

  const roleOf = (): RunningSep2 => {
    if (!running.role) throw new Error('start it first')
    return running.role
  }

  for (const each of programs) await log.writer.append(programsView, each)
  for (const device of devices) await enroll(device)
  await start()
  return {
    log,
    clock,
    enroll,
    stop,
    get role() {
      return roleOf()
    },
    get clients() {
      if (!running.clients) throw new Error('start it first')
      return running.clients
    },
    async client(name) {
      const client = createHttpClient(roleOf().url, await clientCertificate(name), (await authority()).cert)
      open.push(client)
      return client
    },
    lfdi: async (name) => (await clientCertificate(name)).lfdi,
    async command(deviceId, seq, segments) {
      const command = commandOf(states.get(deviceId), seq, segments, clock.nowMs())
      await log.writer.append(dispatchCommands.sep2, command)
      return command
    },
    acks: (deviceId) => log.read(deviceAcks).flatMap(({ value }) => (value?.deviceId === deviceId ? [`${value.status} ${value.seq}`] : [])),
    kinds: (deviceId) => log.read(telemetryRaw.sep2).flatMap(({ value }) => (value?.deviceId === deviceId ? [value.kind] : [])),
    async restart() {
      await stop()
      await start()
    },
  }
}

/** As the dispatcher would write it; no segments = a release. */
export function commandOf(state: DeviceState | undefined, seq: number, asked: readonly Partial<Segment>[], nowMs: number): Command {
  if (!state) throw new Error('enroll it first')
  const segments = asked.map((segment, index) => ({
    startMs: nowMs,
    endMs: nowMs + HOUR_S * 1000,
    level: '2',
    limitW: 5_000,
    eventId: `event-${index + 1}`,
    programId: 'p',
    ...segment,
  }))
  const templates = new Map(state.templates.map(({ level, payload }) => [level, payload]))
  const payload = connectors.sep2.renderer.fill(segments, templates)
  return {
    commandId: hashId(state.deviceId, seq),
    deviceId: state.deviceId,
    seq,
    issuedMs: nowMs,
    expiresMs: segments.at(-1)?.endMs ?? null,
    segments,
    test: 'none',
    payload,
    payloadHash: sha256Hex(payload).slice(0, 32),
    calledW: 0,
  }
}
