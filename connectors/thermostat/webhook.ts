/** Takes what thermostat vendors tell: each event becomes one raw record of its device, whichever node the message came to. */
import { z } from 'zod'
import type { DeviceState } from '../../schemas/enrollment.ts'
import { enrollmentState, telemetryRaw } from '../../topics/catalogue.ts'
import { type CloudDevice, deviceOf } from '../cloud/device.ts'
import { mediaType } from '../cloud/media-type.ts'
import type { CloudOptions, RunningCloud } from '../cloud/node.ts'
import { type Receiver, startReceiver } from '../cloud/webhook/receiver.ts'
import { createSeen, type Seen } from '../cloud/webhook/seen.ts'
import { createEdge, type Edge } from '../delivery/edge.ts'
import { RUNTIME_MESSAGE, SETTINGS_MESSAGE } from './messages.ts'
import { powersOf } from './powers.ts'

export interface WebhookOptions extends Pick<CloudOptions, 'reader' | 'writer' | 'clock' | 'node' | 'log' | 'instruments'> {
  readonly port: number
  readonly cloud: Pick<RunningCloud, 'webhookSecretOf'>
}

const envelope = z.object({
  events: z
    .array(z.looseObject({ eventId: z.string().min(1).max(128), deviceId: z.string().min(1).max(128), type: z.string().max(64) }))
    .min(1)
    .max(1_000),
})
type Event = z.infer<typeof envelope>['events'][number]

const KINDS: Readonly<Record<string, string>> = { runtime: RUNTIME_MESSAGE, settings: SETTINGS_MESSAGE }

interface State {
  readonly options: WebhookOptions
  readonly edge: Edge
  readonly seen: Seen
  /** Devices by credential and the vendor's id; read at the first message. */
  index: Promise<ReadonlyMap<string, CloudDevice>> | undefined
  readonly stops: (() => Promise<void>)[]
}

const keyOf = (credential: string, vendorId: string): string => `${credential}\u0000${vendorId}`

export async function startWebhook(options: WebhookOptions): Promise<Receiver> {
  const { port, clock, instruments, cloud, writer, node, log } = options
  const edge = createEdge({ protocol: 'thermostat', raw: telemetryRaw.thermostat, writer, clock, node: `thermostat@${node}` })
  const state: State = { options, edge, seen: createSeen(), index: undefined, stops: [] }
  const receiver = await startReceiver({
    port,
    clock,
    instruments,
    secretOf: cloud.webhookSecretOf,
    take: (credential, body) => take(state, credential, body),
    onError: (error) => log(`thermostat webhook: ${error instanceof Error ? error.message : String(error)}`),
  })
  return {
    port: receiver.port,
    async stop() {
      await receiver.stop()
      await Promise.all(state.stops.map((stop) => stop()))
    },
  }
}

async function take(state: State, credential: string, body: Buffer): Promise<'taken' | 'unreadable'> {
  const events = eventsOf(body)
  if (!events) return 'unreadable'
  state.index ??= readIndex(state).catch((error: unknown) => {
    state.index = undefined
    throw error
  })
  const index = await state.index
  const all = await Promise.allSettled(
    events.map((event) => takeEvent(state, event, { credential, device: index.get(keyOf(credential, event.deviceId)) })),
  )
  const failure = all.find((one) => one.status === 'rejected')
  if (failure) throw failure.reason
  return 'taken'
}

function eventsOf(body: Buffer): readonly Event[] | undefined {
  try {
    return envelope.parse(JSON.parse(body.toString('utf8'))).events
  } catch {
    return undefined
  }
}

interface From {
  readonly credential: string
  readonly device: CloudDevice | undefined
}

/** What can not be used is kept with its reason, and answered like the rest: the vendor can do nothing about it. */
async function takeEvent(state: State, event: Event, from: From): Promise<void> {
  const { instruments } = state.options
  const { credential } = from
  const isNew = await state.seen.once(keyOf(credential, event.eventId), () => record(state, event, from))
  if (!isNew) instruments.heard(credential, 'duplicate')
}

async function record({ options, edge }: State, event: Event, { credential, device }: From): Promise<void> {
  const { clock, instruments } = options
  const receivedMs = clock.nowMs()
  const body = Buffer.from(JSON.stringify(event))
  const kind = KINDS[event.type]
  if (device && kind !== undefined) {
    const contentType = mediaType('application/json', powersOf(device.attributes))
    await edge.telemetry(device.deviceId, { kind, contentType, body, receivedMs, epoch: -1 })
    return instruments.heard(credential, 'taken')
  }
  const detail = device ? `type "${event.type}" is not known` : `deviceId: ${event.deviceId} is not registered under this credential`
  const reason = device ? 'unreadableBody' : 'unknownDevice'
  await edge.refused(device?.deviceId ?? event.deviceId, { place: device ? 'type' : 'deviceId', reason, detail, body, receivedMs })
  instruments.heard(credential, 'unknown')
}

async function readIndex({ options, stops }: State): Promise<ReadonlyMap<string, CloudDevice>> {
  const index = new Map<string, CloudDevice>()
  const keys = new Map<string, string>()
  const note = (deviceId: string, state: DeviceState | null, partition: number): void => {
    index.delete(keys.get(deviceId) ?? '')
    if (state?.attributes.protocol !== 'thermostat') return
    const device = deviceOf(state, partition)
    keys.set(deviceId, keyOf(device.credential, device.vendorId))
    index.set(keyOf(device.credential, device.vendorId), device)
  }
  const following = await options.reader.follow([enrollmentState], 'beginning', (records) => {
    for (const { key, value, partition } of records) note(key, value, partition)
  })
  stops.push(following.stop)
  await following.caughtUp
  return index
}
