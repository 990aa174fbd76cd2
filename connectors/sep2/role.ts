/** The IEEE 2030.5 connector: clients come to it, find their controls in its tree, and what they tell goes to the log. */
import type { Followed } from '../../processors/runtime/log.ts'
import type { AckStatus, DeviceAck } from '../../schemas/dispatch.ts'
import type { RawTelemetry } from '../../schemas/telemetry.ts'
import { deviceAcks, dispatchCommands, enrollmentChanges, telemetryRaw } from '../../topics/catalogue.ts'
import { type ClockNotes, createClockNotes } from '../delivery/clock-notes.ts'
import { type ConnectorNode, type NodeOptions, startNode } from '../delivery/node.ts'
import type { Clients } from './clients/clients.ts'
import { type ControlBook, createControlBook } from './controls/book.ts'
import { createDocumentStore, type DocumentStore, followDocuments } from './documents/store.ts'
import { readMessage } from './messages/read.ts'
import { createNotifier, type Notifier } from './notify/notifier.ts'
import { createPost } from './notify/post.ts'
import { createPollingPort, type PollingPort } from './port.ts'
import { createPresence, type Presence } from './presence.ts'
import { type AnsweringOptions, answer, type RefusedRequest } from './serve/answer.ts'
import { type BucketSize, createBuckets } from './serve/bucket.ts'
import { certificateOf, listen } from './serve/listen.ts'
import { createTree } from './serve/tree.ts'
import { chooseCiphers } from './tls/ciphers.ts'
import type { Credentials } from './tls/credentials.ts'
import { pollRateOf, type Settings, type World } from './world.ts'

export interface Sep2Options extends NodeOptions {
  /** 0 takes any free port. */
  readonly port: number
  readonly host?: string
  readonly credentials: Credentials
  readonly settings: Settings
  /** Whom certificates belong to; told of changes by `RunningSep2.onChanged`. */
  readonly clients: Clients
  /** Takes how much a client's clock is off, seconds. */
  readonly skew?: (seconds: number) => void
  readonly answerTimeoutMs?: number
  readonly giveWayMs?: number
  readonly maxBodyBytes?: number
  readonly maxConnections?: number
  readonly bucketSize?: BucketSize
}

export interface Sep2Stats {
  readonly connected: number
  /** Acks written since the start, by status. */
  readonly acks: Readonly<Partial<Record<AckStatus, number>>>
  /** Requests refused, by status of HTTP. */
  readonly refused: Readonly<Record<number, number>>
  readonly notifications: { readonly sent: number; readonly failed: number }
}

export interface RunningSep2 {
  /** The tree's root is `<url>/dcap`. */
  readonly url: string
  readonly port: number
  /** The registry says something new of a device. */
  onChanged(deviceId: string): void
  /** New certificates or revocations: everybody shakes hands anew. */
  renew(credentials: Credentials): Promise<void>
  /** Says that all devices are gone; the writer stays open. */
  stop(): Promise<void>
  stats(): Sep2Stats
}

const topics = { protocol: 'sep2', commands: dispatchCommands.sep2, raw: telemetryRaw.sep2 } as const
const LOOK_BACK_MS = 48 * 3_600_000
/** A client that polls asks about ten times in a row, then posts a few times within minutes. */
const BUCKET: BucketSize = { perS: 2, burst: 120 }
const MAX_BODY_BYTES = 512 * 1024
const MAX_CONNECTIONS = 20_000
const REMEDY = 'have it take the Time of the server'

interface Parts {
  readonly book: ControlBook
  readonly documents: DocumentStore
  readonly port: PollingPort
  readonly connector: ConnectorNode
  readonly clocks: ClockNotes
  readonly refused: Record<number, number>
  credentials: Credentials
}

/** Resolves when clients can connect: the controls are as the log has them, and what this node left open is closed. */
export async function startSep2(options: Sep2Options): Promise<RunningSep2> {
  const { reader, clock, writer, clients, settings, log, skew = () => undefined, host = '127.0.0.1' } = options
  const notifying: { notifier?: Notifier } = {}
  const documents = createDocumentStore()
  const controls = await followControls(options, (deviceId) => notifying.notifier?.changed(deviceId, true))
  const { book, port } = controls
  const clocks = createClockNotes({ protocol: 'sep2', remedy: REMEDY, skew, log })
  const parts: Parts = { book, documents, port, connector: controls.connector, clocks, refused: {}, credentials: options.credentials }
  const startedMs = clock.nowMs()
  const told = await followDocuments(reader, startedMs, documents, (raw) => {
    // Whoever told this node is being answered by it.
    const isOwn = raw.source === `sep2@${options.node}` && raw.receivedMs >= startedMs
    if (raw.kind === 'Response' && !isOwn) noteReply(parts, raw)
  })
  const { edge, delivery } = parts.connector
  const record: World['record'] = (change) => writer.append(enrollmentChanges, change, { timestampMs: change.effectiveFromMs })
  const world: World = { clock, settings, clients, book, documents, isWhole: told.isWhole, port, edge, clocks, delivery, record }
  const presence = presenceOf(options, parts)
  const tree = createTree(world)
  const notifier = await notifierOf(options, parts, tree.read)
  notifying.notifier = notifier
  const answering = answeringOf(options, parts, tree.routes, presence)
  const listener = await listen({
    host,
    port: options.port,
    credentials: options.credentials,
    maxConnections: options.maxConnections ?? MAX_CONNECTIONS,
    onRequest: (request, response) => void answer(answering, request, response),
  })
  return {
    url: `https://${host}:${listener.port}`,
    port: listener.port,
    onChanged: (deviceId) => notifier.changed(deviceId, false),
    async renew(credentials) {
      await listener.renew(credentials)
      parts.credentials = credentials
    },
    stats: () => statsOf(parts, notifier),
    async stop() {
      notifier.stop()
      await listener.close()
      await Promise.all([delivery.stop(), told.stop(), controls.stop()])
      await presence.stop()
      await writer.flush()
    },
  }
}

/** The acks of the past come before the commands that they are about, so that those that were sent are known at once. */
async function followControls(options: Sep2Options, onPublished: (deviceId: string) => void) {
  const { reader, clock, clients, settings, answerTimeoutMs, giveWayMs, node } = options
  const started: { port?: PollingPort } = {}
  const book = createControlBook()
  const since = { sinceMs: clock.nowMs() - LOOK_BACK_MS }
  // Of what this node sends from now on, the tree holds what was delivered: a newer command may come in between.
  const isNews = ({ value }: Followed<DeviceAck>) => !started.port || value?.node !== `sep2@${node}`
  const acks = await reader.follow([deviceAcks], since, (records) => book.onAcks(records.filter(isNews)))
  await acks.caughtUp
  const commands = await reader.follow([dispatchCommands.sep2], since, (records) => {
    book.onCommands(records)
    for (const { value } of records) if (value) started.port?.onCommand(value)
  })
  await commands.caughtUp
  const pollRateS = (deviceId: string) => pollRateOf({ clients, settings }, deviceId)
  const connector = await startNode(topics, options, (epochOf) => {
    const given = { ...(answerTimeoutMs === undefined ? {} : { answerTimeoutMs }), ...(giveWayMs === undefined ? {} : { giveWayMs }) }
    started.port = createPollingPort({ book, clock, epochOf, pollRateS, onPublished, ...given })
    return started.port
  })
  const stop = () => Promise.all([acks.stop(), commands.stop()])
  return { book, port: started.port as PollingPort, connector, stop }
}

/** A Response that is on the log, from whichever node and time: what waits for it is settled, nothing else is done. */
function noteReply({ book, port }: Parts, { deviceId, body, receivedMs: atMs }: RawTelemetry): void {
  const { value } = readMessage(body, ['DERControlResponse', 'Response'])
  const control = book.find(deviceId, value.subject)
  if (control) port.onReply(deviceId, control, { status: value.status, atMs })
}

function presenceOf({ clock, clients, settings }: Sep2Options, { connector, port, clocks }: Parts): Presence {
  const { edge, delivery, onError } = connector
  return createPresence({
    edge,
    clock,
    onError,
    pollRateS: (deviceId) => pollRateOf({ clients, settings }, deviceId),
    onOpened: delivery.onReachable,
    onClosed(deviceId, epoch) {
      clocks.forget(deviceId, epoch)
      port.onGone(deviceId)
    },
  })
}

async function notifierOf(
  { clients, clock, settings }: Sep2Options,
  parts: Parts,
  read: ReturnType<typeof createTree>['read'],
): Promise<Notifier> {
  const ciphers = await chooseCiphers(parts.credentials)
  return createNotifier({
    documents: parts.documents,
    clients,
    read,
    post: createPost(() => parts.credentials, ciphers),
    clock,
    hosts: settings.notificationHosts,
    onFailed: parts.connector.onError,
  })
}

function answeringOf(options: Sep2Options, parts: Parts, routes: AnsweringOptions['routes'], presence: Presence): AnsweringOptions {
  const { clients, clock, bucketSize = BUCKET, maxBodyBytes = MAX_BODY_BYTES } = options
  return {
    routes,
    clients,
    nowMs: clock.nowMs,
    maxBodyBytes,
    buckets: createBuckets(),
    bucketSize,
    lfdiOf: certificateOf,
    onHeard: presence.heard,
    onRefused: (refused) => onRefused(parts, refused),
    onError: parts.connector.onError,
  }
}

/** A body that could not be read, or says what cannot be, is kept whole. */
async function onRefused(
  { connector, refused: counts }: Parts,
  { refusal, deviceId, path, body, receivedMs }: RefusedRequest,
): Promise<void> {
  counts[refusal.status] = (counts[refusal.status] ?? 0) + 1
  if (body.length === 0 || (refusal.reason !== 'invalidFormat' && refusal.reason !== 'invalidValue')) return
  const reason = refusal.reason === 'invalidFormat' ? 'unreadableBody' : 'invalidValue'
  await connector.edge.refused(deviceId, { place: `${path} ${refusal.path}`.trim(), reason, detail: refusal.message, body, receivedMs })
}

const statsOf = ({ connector, refused }: Parts, notifier: Notifier): Sep2Stats => ({
  connected: connector.edge.connected(),
  acks: connector.delivery.counts(),
  refused: { ...refused },
  notifications: notifier.stats(),
})
