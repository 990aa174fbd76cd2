/** The OCPP connector on a log in memory, with enrollment at work behind it: what stations say of themselves comes back as registration. */
import { type OcppOptions, type RunningOcpp, startOcpp } from '../../../connectors/ocpp/role.ts'
import { connectors } from '../../../connectors/registry.ts'
import { createEnrollment } from '../../../processors/enrollment/processor.ts'
import type { Clock } from '../../../processors/runtime/clock.ts'
import type { Topology } from '../../../processors/runtime/define.ts'
import type { Command } from '../../../schemas/dispatch.ts'
import type { DeviceAttributes, DeviceState } from '../../../schemas/enrollment.ts'
import { dispatchCommands, dispatchOrders, enrollmentChanges, enrollmentState, enrollmentVerdicts } from '../../../topics/catalogue.ts'
import { hashId, sha256Hex } from '../../../topics/ids.ts'
import { aChange } from '../../build/changes.ts'
import { driveLog } from '../../support/driven-log.ts'
import { createMemoryLog, type MemoryLog } from '../../support/memory-log.ts'
import { PASSWORD } from './central.ts'
import { type ReadableInstruments, readableInstruments } from './instruments.ts'

const enrollmentAlone: Topology = {
  subTopologies: [{ name: 'enrollment', partitioning: 'device', processors: [createEnrollment({ ocpp: connectors.ocpp.renderer })] }],
  external: [enrollmentChanges, dispatchOrders],
  terminal: [enrollmentVerdicts, enrollmentState],
}

export interface TestConnector extends ReadableInstruments {
  readonly role: RunningOcpp
  readonly log: MemoryLog
  readonly clock: Clock
  /** What operators were told. */
  readonly lines: readonly string[]
  register(deviceId: string, attributes: DeviceAttributes, changeId?: string): Promise<void>
  /** Changes that devices wrote, and the verdict on each. */
  byDevices(): readonly { readonly extra: Readonly<Record<string, string>>; readonly refusal: string | null }[]
  attributesOf(deviceId: string): DeviceAttributes | undefined
  /** A command of one segment of an hour from now, or a release. */
  command(deviceId: string, seq: number, limitW: number | null): Promise<Command>
}

export async function startConnector(clock: Clock, options: Partial<OcppOptions> = {}): Promise<TestConnector> {
  const log = createMemoryLog({ nowMs: clock.nowMs })
  driveLog(log, enrollmentAlone, { nowMs: clock.nowMs })
  const states = new Map<string, DeviceState>()
  await log.reader.follow<DeviceState>([enrollmentState], 'beginning', (records) => {
    for (const { key, value } of records) if (value) states.set(key, value)
  })
  const counts = readableInstruments()
  const lines: string[] = []
  const role = await startOcpp({
    port: 0,
    node: 'test',
    writer: log.writer,
    reader: log.reader,
    clock,
    log: (line) => lines.push(line),
    authenticate: async (id, credentials) =>
      !states.has(id)
        ? 'unknown'
        : credentials.kind === 'password' && Buffer.from(credentials.password ?? []).toString() === PASSWORD
          ? 'accepted'
          : 'denied',
    registered: (id) => states.get(id),
    probeDelayMs: () => 0,
    callTimeoutMs: 5_000,
    instruments: counts.instruments,
    ...options,
  })
  return {
    ...counts,
    role,
    log,
    clock,
    lines,
    async register(deviceId, attributes, changeId) {
      const kind = states.has(deviceId) ? 'attributesChanged' : 'registered'
      await log.writer.append(enrollmentChanges, aChange(kind, { deviceId, attributes, ...(changeId && { changeId }) }))
    },
    byDevices: () =>
      log.read(enrollmentChanges).flatMap(({ value, offset }) => {
        if (value?.actor !== 'device' || value.kind !== 'attributesChanged') return []
        const verdict = log
          .read(enrollmentVerdicts)
          .find((one) => one.value?.deviceId === value.deviceId && one.value.changeOffset === offset)
        return [{ extra: value.attributes?.extra ?? {}, refusal: verdict?.value?.refusal ?? null }]
      }),
    attributesOf: (deviceId) => states.get(deviceId)?.attributes,
    async command(deviceId, seq, limitW) {
      const attributes = states.get(deviceId)?.attributes
      if (!attributes) throw new Error(`register ${deviceId} first`)
      const command = commandOf(attributes, { deviceId, seq, limitW, nowMs: clock.nowMs() })
      await log.writer.append(dispatchCommands.ocpp, command)
      return command
    },
  }
}

/** As the dispatcher writes it, by the renderer of the connector. */
function commandOf(attributes: DeviceAttributes, about: { deviceId: string; seq: number; limitW: number | null; nowMs: number }): Command {
  const { deviceId, seq, limitW, nowMs } = about
  const templates = connectors.ocpp.renderer.render(attributes, [{ level: '1', limitW: 0 }])
  if ('fault' in templates) throw new Error(templates.fault)
  const endMs = nowMs + 3_600_000
  const segments = limitW === null ? [] : [{ startMs: nowMs, endMs, level: '1', limitW, eventId: 'event', programId: 'program' }]
  const payload = connectors.ocpp.renderer.fill(segments, new Map(templates.map((template) => [template.level, template.payload])))
  return {
    commandId: hashId(deviceId, seq),
    deviceId,
    seq,
    issuedMs: nowMs,
    expiresMs: limitW === null ? null : endMs,
    segments,
    test: 'none',
    payload,
    payloadHash: sha256Hex(payload).slice(0, 32),
    calledW: 0,
  }
}
