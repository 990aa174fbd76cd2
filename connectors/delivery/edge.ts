/** What every connector that holds connections writes down about its devices: opened and closed, telemetry, what it could not read, overrides. */
import type { Clock } from '../../processors/runtime/clock.ts'
import type { LogWriter } from '../../processors/runtime/log.ts'
import type { Protocol } from '../../schemas/common.ts'
import type { Command } from '../../schemas/dispatch.ts'
import type { EnrollmentChange } from '../../schemas/enrollment.ts'
import type { Rejected } from '../../schemas/runtime.ts'
import type { RawTelemetry } from '../../schemas/telemetry.ts'
import { deviceConnections, enrollmentChanges, rejectedRecords } from '../../topics/catalogue.ts'
import type { Topic } from '../../topics/define.ts'
import { hashId, sha256Hex } from '../../topics/ids.ts'

export interface EdgeOptions {
  readonly protocol: Protocol
  readonly raw: Topic<RawTelemetry>
  readonly writer: LogWriter
  readonly clock: Clock
  readonly node: string
}

/** A body as received; `epoch` is that of the connection it came over. */
export type Body = Pick<RawTelemetry, 'kind' | 'contentType' | 'body' | 'receivedMs' | 'epoch'>

/** Something unreadable, whole. */
export type Unreadable = Pick<Rejected, 'place' | 'reason' | 'detail'> & { readonly body: Buffer; readonly receivedMs: number }

/** What of a command is needed to leave its events. */
type Timeline = Pick<Command, 'deviceId' | 'commandId' | 'segments'>

/** All promises settle when the record is durable. */
export interface Edge {
  /** The epoch of the new connection, which is the device's from now on. */
  opened(deviceId: string): Promise<number>
  closed(deviceId: string, epoch: number, reason: string): Promise<void>
  /** undefined = not connected here. */
  epochOf(deviceId: string): number | undefined
  connected(): number
  telemetry(deviceId: string, body: Body): Promise<void>
  refused(deviceId: string, unreadable: Unreadable): Promise<void>
  /** A person changed the device against our limit: it leaves the events that the command was about to hold it to. */
  leftEvents(command: Timeline, reason: string): Promise<void>
}

export function createEdge({ protocol, raw, writer, clock, node }: EdgeOptions): Edge {
  const epochs = new Map<string, number>()

  async function connection(deviceId: string, change: { opened: boolean; epoch: number; reason: string }): Promise<number> {
    const atMs = clock.nowMs()
    const { offset } = await writer.append(deviceConnections, { deviceId, protocol, node, atMs, ...change }, { timestampMs: atMs })
    return offset
  }

  return {
    async opened(deviceId) {
      const epoch = await connection(deviceId, { opened: true, epoch: -1, reason: '' })
      // Two openings may be under way at once; the later one holds.
      epochs.set(deviceId, Math.max(epoch, epochs.get(deviceId) ?? -1))
      return epoch
    },
    async closed(deviceId, epoch, reason) {
      if (epochs.get(deviceId) === epoch) epochs.delete(deviceId)
      await connection(deviceId, { opened: false, epoch, reason })
    },
    epochOf: (deviceId) => epochs.get(deviceId),
    connected: () => epochs.size,
    async telemetry(deviceId, { body, ...rest }) {
      const record = { deviceId, protocol, source: node, body, sha256: sha256Hex(body), ...rest }
      await writer.append(raw, record, { timestampMs: rest.receivedMs, isPatient: true })
    },
    async refused(deviceId, { body, receivedMs, ...rest }) {
      const record: Rejected = {
        topic: `${protocol} connector ${node}`,
        partition: -1,
        offset: -1,
        rejectedBy: `${protocol} connector`,
        key: Buffer.from(deviceId),
        value: body,
        atMs: receivedMs,
        ...rest,
      }
      await writer.append(rejectedRecords, record, { key: deviceId, partition: 0, timestampMs: receivedMs })
    },
    async leftEvents(command, reason) {
      const nowMs = clock.nowMs()
      const changes = eventsInForce(command, nowMs).map(({ eventId, programId }) =>
        optOut(command, { eventId, programId, nowMs, reason, actorId: command.deviceId }),
      )
      await Promise.all(changes.map((change) => writer.append(enrollmentChanges, change, { timestampMs: nowMs })))
    },
  }
}

type Segment = Command['segments'][number]

/** The segment in force, else the next one: a person overrides what they feel, or what they were told is coming. */
function eventsInForce({ segments }: Timeline, nowMs: number): readonly Segment[] {
  return segments.filter(({ endMs }) => endMs > nowMs).slice(0, 1)
}

/** Its id follows from the command and the event, so that an override that is told twice counts once. */
function optOut(
  { deviceId, commandId }: Timeline,
  about: { eventId: string; programId: string; nowMs: number; reason: string; actorId: string },
): EnrollmentChange {
  const { eventId, programId, nowMs, reason, actorId } = about
  return {
    changeId: hashId('override', deviceId, commandId, eventId),
    deviceId,
    kind: 'optedOut',
    effectiveFromMs: nowMs,
    effectiveUntilMs: null,
    programId,
    eventId,
    attributes: null,
    siteId: null,
    meterId: null,
    resourceId: null,
    registration: null,
    actor: 'device',
    actorId,
    reason,
  }
}
