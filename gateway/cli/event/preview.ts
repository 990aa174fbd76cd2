/** Previews an event on what the log says now; writes nothing. */
import { protocols } from '../../../connectors/registry.ts'
import type { LedgerPage, LedgerState } from '../../../processors/dispatch/ledger.ts'
import { stores as dispatchStores } from '../../../processors/dispatch/ports.ts'
import { preview } from '../../../processors/dispatch/preview.ts'
import type { DevicePresence } from '../../../schemas/devices.ts'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import type { UtilityEvent } from '../../../schemas/utility.ts'
import { devicePresence, enrollmentState, programsView, utilityEvents } from '../../../topics/catalogue.ts'
import type { Topic } from '../../../topics/define.ts'
import { findRecords, wanted } from '../log/find-records.ts'
import type { Placed } from '../log/placed.ts'
import { openRawLog, type RawLog } from '../log/raw-log.ts'
import { readTable } from '../log/read-table.ts'
import { storeTopic } from '../log/store-topic.ts'
import { readJson } from '../read-json.ts'
import type { Session } from '../session.ts'
import { describePreview } from './describe-preview.ts'
import { foldEvents, type InForce } from './in-force.ts'
import { interpretRequest, readRequest } from './read-event-file.ts'

export interface PreviewedEvent {
  /** Event, counts, rows and sums. */
  readonly facts: unknown
  readonly words: string
}

/** What each device was last told, by device. */
export function ledgerRows(pages: Iterable<LedgerPage>): ReadonlyMap<string, LedgerState> {
  const rows = new Map<string, LedgerState>()
  for (const { deviceIds, stateIndexes, states } of pages)
    for (const [index, deviceId] of deviceIds.entries()) {
      const state = states[stateIndexes[index] ?? -1]
      if (state) rows.set(deviceId, state)
    }
  return rows
}

/** Chargers hold a connection, or cannot be reached; the other protocols need none. */
function connectionsOf(states: ReadonlyMap<string, DeviceState>, presence: ReadonlyMap<string, DevicePresence>) {
  return (deviceId: string): boolean | undefined =>
    states.get(deviceId)?.attributes.protocol === 'ocpp' ? presence.get(deviceId)?.connected === true : undefined
}

async function readInForce(session: Session, log: RawLog): Promise<InForce> {
  const records: Placed<UtilityEvent>[] = []
  await findRecords(log, session.schemas(), [wanted(utilityEvents, { partition: 0, from: 'beginning' }, records)])
  return foldEvents(records.map(({ value }) => value))
}

async function previewOn(session: Session, log: RawLog, file: string): Promise<PreviewedEvent> {
  const nowMs = session.environment().clock.nowMs()
  const read = <T>(topic: Topic<T>) => readTable(topic, { log, schemas: session.schemas(), partition: null })
  const request = readRequest(file, readJson(file))
  const programs = [...(await read(programsView)).values()]
  const event = interpretRequest(file, request, programs, nowMs)
  const states = await read(enrollmentState)
  const presence = await read(devicePresence)
  const ledger = ledgerRows((await read(storeTopic('dispatcher', 'ledger', dispatchStores.ledger))).values())
  const { events, holds } = await readInForce(session, log)
  const previewed = preview({
    event,
    others: [...events.values()],
    devices: [...states.values()],
    programs,
    holds: [...holds.values()],
    renderers: protocols.renderers,
    ledgerOf: (deviceId) => ledger.get(deviceId),
    isConnected: connectionsOf(states, presence),
    nowMs,
  })
  return { facts: { event, ...previewed }, words: describePreview(event, previewed) }
}

/** Runs the production plan over the devices, programs, events and stops that are on the log. Throws when the file is not sound, or the event would be refused. */
export async function previewEvent(session: Session, file: string): Promise<PreviewedEvent> {
  const log = openRawLog({ brokers: session.environment().stack.brokers, name: 'drover.preview', signal: session.signal })
  try {
    return await previewOn(session, log, file)
  } finally {
    await log.close()
  }
}
