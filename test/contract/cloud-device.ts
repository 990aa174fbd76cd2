/** Scripted devices behind simulated vendor clouds: each has a cloud of its own, so that it can be away, or answer as the clause wants, by itself. */

import { silentInstruments } from '../../connectors/cloud/instruments.ts'
import type { CloudOptions, RunningCloud } from '../../connectors/cloud/node.ts'
import type { Stretch } from '../../connectors/cloud/polling/telemetry.ts'
import type { Clock } from '../../processors/runtime/clock.ts'
import type { DeviceAttributes } from '../../schemas/enrollment.ts'
import { enrollmentState, telemetryGaps } from '../../topics/catalogue.ts'
import { aDevice } from '../build/devices.ts'
import { credentialsDir, refreshing } from '../support/credentials.ts'
import { eventually } from '../support/eventually.ts'
import { createMemorySharer } from '../support/memory-sharer.ts'
import type { Call, HeldBack, VendorServer } from '../vendors/http.ts'
import type { TokenServer } from '../vendors/tokens.ts'
import { aGap, backfillClauses } from './backfills.ts'
import type { Answering, RunningConnector, ScriptedDevice, StartOptions } from './protocol.ts'

/** One device's vendor cloud, as clauses see it. */
export interface ScriptedCloud {
  readonly server: VendorServer & { readonly tokens: TokenServer; readonly heldBack: HeldBack }
  answering: Answering
  limitW(atMs: number): number
  holdForeignLimit(limitW: number): void
  /** A person at the device ends what it runs. */
  override(): void
  /** Another value is there to be asked for. */
  newValue(): void
}

export interface CloudKind {
  readonly vendor: string
  readonly attributes: DeviceAttributes
  openCloud(id: string, clock: Clock): Promise<ScriptedCloud>
  /** What a call of the connector meant to the device; undefined: it changed nothing. */
  commandOf(call: Call): 'set' | 'release' | undefined
  /** What a call asked for telemetry of, if it did; undefined: the vendor tells it, see `tell`. */
  readonly stretchOf: ((call: Call) => Stretch | undefined) | undefined
  /** Has the vendor send a message about the device; resolves when it is answered. */
  tell?(id: string, role: RunningCloud, clock: Clock): Promise<void>
  startRole(options: Omit<CloudOptions, 'topics' | 'adapters' | 'decoder'>): Promise<RunningCloud>
}

/** Clouds of one stage, which outlive the connector. */
interface World {
  readonly clouds: ReadonlyMap<string, ScriptedCloud>
  readonly enrolled: Set<string>
  readonly folder: string
}

/** Devices that clauses name and that have a cloud. */
const IDS = ['D-1', 'D-2', 'D-here'] as const
const PARTITIONS = 2

const worlds = new WeakMap<Clock, Promise<World>>()

async function openWorld({ vendor, openCloud }: CloudKind, clock: Clock): Promise<World> {
  const clouds = new Map<string, ScriptedCloud>()
  for (const id of IDS) clouds.set(id, await openCloud(id, clock))
  const entries = [...clouds].map(([id, { server }]) => [id, refreshing(vendor, server.baseUrl, server.tokens.first.refreshToken)] as const)
  return { clouds, enrolled: new Set(), folder: credentialsDir(Object.fromEntries(entries)) }
}

export async function startCloudConnector(kind: CloudKind, options: StartOptions): Promise<RunningConnector> {
  const opening = worlds.get(options.clock) ?? openWorld(kind, options.clock)
  worlds.set(options.clock, opening)
  const world = await opening
  // What was silent toward the connector before answers its successor.
  for (const cloud of world.clouds.values()) {
    cloud.answering = 'accepts'
    cloud.server.heldBack.isOn = false
  }
  const role = await kind.startRole({
    ...options,
    sharer: createMemorySharer(PARTITIONS),
    credentialsDir: world.folder,
    devicePartitions: PARTITIONS,
    instruments: silentInstruments,
  })
  return { stop: role.stop, createDevice: (id) => createDevice({ kind, options, world, role }, id) }
}

interface Setting {
  readonly kind: CloudKind
  readonly options: StartOptions
  readonly world: World
  readonly role: RunningCloud
}

function createDevice({ kind, options, world, role }: Setting, id: string): ScriptedDevice {
  const cloud = world.clouds.get(id)
  if (!cloud) throw new Error(`${id} has no cloud: add it to the ids`)
  const { server } = cloud
  const { writer, clock } = options
  const earlier = server.calls.length
  const fresh = (): readonly Call[] => server.calls.slice(earlier)

  async function enrol(): Promise<void> {
    if (world.enrolled.has(id)) return
    world.enrolled.add(id)
    const state = aDevice({ deviceId: id, attributes: { ...kind.attributes, credential: id }, templates: [] })
    const before = role.stats().devices
    await writer.append(enrollmentState, state)
    await eventually(`${id} at the connector`, () => role.stats().devices > before, 10_000)
  }

  /** What was under way when it began has come back once a call that began later has. */
  async function report(): Promise<Buffer> {
    const before = server.calls.length
    cloud?.newValue()
    const { stretchOf } = kind
    if (!stretchOf) {
      await kind.tell?.(id, role, clock)
      await eventually(`calls about ${id} to end`, () => server.open() === 0)
      return Buffer.alloc(0)
    }
    const dayMs = 86_400_000
    const gap = { deviceId: id, fromMs: Math.floor(clock.nowMs() / dayMs) * dayMs, untilMs: clock.nowMs() }
    const gapId = `report-${before}`
    await writer.append(telemetryGaps, aGap({ ...gap, gapId }))
    const isAsked = () => server.calls.slice(before).some((call) => stretchOf(call) !== undefined) && server.open() === 0
    await eventually(`telemetry of ${id}`, isAsked)
    await writer.append(telemetryGaps, aGap({ ...gap, gapId, revision: 3, status: 'recovered' }))
    return Buffer.alloc(0)
  }

  return {
    id,
    get commands() {
      return fresh().flatMap((call) => kind.commandOf(call) ?? [])
    },
    closed: new Promise(() => undefined),
    get answering() {
      return cloud.answering
    },
    set answering(next) {
      cloud.answering = next
      server.heldBack.isOn = next === 'silent'
    },
    async connect() {
      await server.start()
      await enrol()
    },
    drop: server.stop,
    answerNow(which) {
      const change = which === 'oldest' ? server.heldBack.changes.shift() : server.heldBack.changes.pop()
      if (!change) throw new Error('there is nothing to answer')
      change()
    },
    history: {
      answering: 'comes',
      get asked() {
        return fresh().flatMap((call) => kind.stretchOf?.(call) ?? [])
      },
    },
    limitW: cloud.limitW,
    holdForeignLimit: cloud.holdForeignLimit,
    report,
    sayNonsense() {
      throw new Error('a cloud is asked, and says nothing by itself')
    },
    async override() {
      cloud.override()
    },
  }
}

/** Clauses that nothing behind a cloud can meet. */
export const cloudSkips: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'opened and closed are recorded, and the epoch is the offset of opened',
      'a second connection takes over with a new epoch, and the close of the first does not count',
      'a command under way on the first connection goes to the second',
      'a device that nobody enrolled is not let in',
      'the node says that connections are closed when it stops',
      'connections that a crash left open are said to be closed',
    ].map((name) => [name, 'devices behind a cloud keep no connection to us']),
  ),
  ...Object.fromEntries(backfillClauses.map(({ name }) => [name, 'polls ask for the same hour: see "clouds" for older ones'])),
  'telemetry is on its raw topic, byte for byte, before the device is answered': 'telemetry is asked for, and nobody waits for an answer',
  'telemetry that could not be recorded is not answered as if it were': 'telemetry is asked for, and nobody waits for an answer',
  'what cannot be read is kept whole with its reason, and holds up nobody':
    'what a poll gets is on the raw topic; the normalizer refuses it',
  'an override at the device is recorded, opts it out of the event, and is never fought': 'it is found by a look, once: see "clouds"',
  'a release is settled without a call when the copy on the device has ended by itself':
    'that a cloud is away is found out by trying: see "clouds"',
  'a release is sent where the log does not say all that the device ever got': 'the vendor is asked what it holds: see "clouds"',
  'a release that comes while the node is dead reaches a device that may hold what was under way':
    'a look shows whether anything arrived: see "clouds"',
}
