/** A driver over the whole topology: programs, devices, events and telemetry come in by the topics that people, utilities and connectors write. */
import { topology } from '../../processors/topology.ts'
import type { DeviceConnection } from '../../schemas/devices.ts'
import type { DeviceAck } from '../../schemas/dispatch.ts'
import type { DeviceAttributes } from '../../schemas/enrollment.ts'
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import type { RawTelemetry } from '../../schemas/telemetry.ts'
import {
  deviceAcks,
  deviceConnections,
  dispatchCommands,
  enrollmentChanges,
  programsChanges,
  telemetryRaw,
  utilityRequests,
} from '../../topics/catalogue.ts'
import { sha256Hex } from '../../topics/ids.ts'
import { aChange, someAttributes } from '../build/changes.ts'
import { aRequest } from '../build/request.ts'
import { aProgramChange } from '../build/terms.ts'
import { createDriver, type Driver, type DriverOptions } from '../driver/driver.ts'
import { aTerms } from './metering/terms.ts'
import { answerFromLog } from './settlement/rig.ts'

export function openWhole(startMs: number, options: Partial<DriverOptions> = {}): Driver {
  const answers = { 'settlement.history': (question: never): unknown => answerFromLog(driver, question) }
  const driver: Driver = createDriver(topology, { startMs, devicePartitions: 2, answers, ...options })
  return driver
}

export function applyProgram(driver: Driver, programId: string, terms: Partial<ProgramTerms> = {}): void {
  driver.send(programsChanges, aProgramChange({ programId, terms: aTerms(terms) }))
  driver.run()
}

/** Registers a loopback device of 7 kW that tells every quarter of an hour, and enrols it. */
export function enroll(
  driver: Driver,
  deviceId: string,
  to: { readonly programId: string; readonly resourceId?: string },
  attributes: Partial<DeviceAttributes> = {},
): void {
  const loopback = { protocol: 'loopback', ratedW: 7000, minimumW: 0, phases: 1, voltageV: 230 } as const
  const { programId, resourceId = null } = to
  driver.send(enrollmentChanges, aChange('registered', { deviceId, attributes: someAttributes({ ...loopback, ...attributes }) }))
  driver.send(enrollmentChanges, aChange('enrolled', { deviceId, programId, resourceId }))
  const opened: DeviceConnection = {
    deviceId,
    protocol: 'loopback',
    node: 'n',
    atMs: driver.nowMs(),
    opened: true,
    epoch: -1,
    reason: '',
  }
  driver.send(deviceConnections, opened)
  driver.run()
}

/** Asks for an event of one level, for everybody in the program. */
export function requestEvent(driver: Driver, programId: string, span: { readonly startMs: number; readonly endMs: number }): void {
  const request = aRequest({
    programId,
    theirEventId: `event of ${programId}`,
    intervals: [{ ...span, level: '1', valueW: null }],
    targets: [{ kind: 'all', ids: [] }],
  })
  driver.send(utilityRequests, request)
  driver.run()
}

/** Every command that was written is accepted and seen to hold. */
export function acknowledge(driver: Driver): void {
  for (const { value: command } of driver.read(dispatchCommands.loopback)) {
    if (!command) continue
    const { deviceId, commandId, seq, expiresMs, segments } = command
    const ack: Omit<DeviceAck, 'status'> = {
      deviceId,
      commandId,
      seq,
      atMs: driver.nowMs(),
      epoch: 0,
      node: 'n',
      vendorHandle: '',
      part: '',
      code: '',
      detail: '',
      release: segments.length === 0,
      lastEndMs: segments.at(-1)?.endMs ?? 0,
      expiresMs,
    }
    for (const status of ['sent', 'accepted', 'applied'] as const) driver.send(deviceAcks, { ...ack, status })
  }
  driver.run()
}

/** The energy of a quarter of an hour, as a line of the loopback protocol. */
export function tell(driver: Driver, deviceId: string, startMs: number, energyWh: number): void {
  const body = Buffer.from(JSON.stringify({ id: 'q', energy: { channel: 'import', startMs, stepS: 900, energyWh } }))
  const raw: RawTelemetry = {
    deviceId,
    protocol: 'loopback',
    kind: 'energy',
    source: 'n',
    receivedMs: driver.nowMs(),
    epoch: 0,
    contentType: 'application/json',
    body,
    sha256: sha256Hex(body),
  }
  driver.send(telemetryRaw.loopback, raw)
}
