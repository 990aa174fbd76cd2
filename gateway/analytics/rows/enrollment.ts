/** Rows of facts about devices, the verdicts on them, and connections. */
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import { deviceConnections, enrollmentChanges, enrollmentVerdicts } from '../../../topics/catalogue.ts'
import { flag, int64, list, nullable, text } from './cells.ts'
import { rowsOf } from './declare.ts'

/** As an event's targets name them: in the trait `groups`, apart by commas. */
const groupsOf = (attributes: DeviceAttributes | null): readonly string[] =>
  (attributes?.extra.groups ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '')

export const enrollmentChangeRows = rowsOf(enrollmentChanges, 'enrollment_change_rows', (column) => ({
  device_id: column(text, (change) => change.deviceId),
  kind: column(text, (change) => change.kind),
  change_id: column(text, (change) => change.changeId),
  effective_from: column(int64, (change) => change.effectiveFromMs),
  effective_until: column(nullable(int64), (change) => change.effectiveUntilMs),
  program_id: column(nullable(text), (change) => change.programId),
  event_id: column(nullable(text), (change) => change.eventId),
  site_id: column(nullable(text), (change) => change.siteId),
  meter_id: column(nullable(text), (change) => change.meterId),
  resource_id: column(nullable(text), (change) => change.resourceId),
  registration: column(nullable(text), (change) => change.registration),
  vendor: column(nullable(text), (change) => change.attributes?.vendor ?? null),
  protocol: column(nullable(text), (change) => change.attributes?.protocol ?? null),
  rated_w: column(nullable(int64), (change) => change.attributes?.ratedW ?? null),
  customer_id: column(text, (change) => change.attributes?.extra.customerId ?? ''),
  groups: column(list(text), (change) => groupsOf(change.attributes)),
  actor: column(text, (change) => change.actor),
  actor_id: column(text, (change) => change.actorId),
  reason: column(text, (change) => change.reason),
}))

export const enrollmentVerdictRows = rowsOf(enrollmentVerdicts, 'enrollment_verdict_rows', (column) => ({
  device_id: column(text, (verdict) => verdict.deviceId),
  change_id: column(text, (verdict) => verdict.changeId),
  change_offset: column(int64, (verdict) => verdict.changeOffset),
  refusal: column(nullable(text), (verdict) => verdict.refusal),
  detail: column(text, (verdict) => verdict.detail),
}))

export const connectionRows = rowsOf(deviceConnections, 'connection_rows', (column) => ({
  device_id: column(text, (connection) => connection.deviceId),
  at: column(int64, (connection) => connection.atMs),
  protocol: column(text, (connection) => connection.protocol),
  node: column(text, (connection) => connection.node),
  opened: column(flag, (connection) => connection.opened),
  epoch: column(int64, (connection) => connection.epoch),
  reason: column(text, (connection) => connection.reason),
}))
