/** Devices behind one simulated vendor, a log in memory, and nodes that share it: for stories about many devices, or about many hours. */
import { onTestFinished } from 'vitest'
import type { Credential } from '../../../connectors/cloud/credentials/credential.ts'
import { silentInstruments } from '../../../connectors/cloud/instruments.ts'
import type { CloudOptions, RunningCloud } from '../../../connectors/cloud/node.ts'
import { connectors } from '../../../connectors/registry.ts'
import type { Command, DeviceAck } from '../../../schemas/dispatch.ts'
import type { DeviceAttributes } from '../../../schemas/enrollment.ts'
import { deviceAcks, enrollmentState } from '../../../topics/catalogue.ts'
import { aDevice } from '../../build/devices.ts'
import { commandOf, createTestClock, lifelineTo, type Sent } from '../../contract/stage.ts'
import { credentialsDir } from '../../support/credentials.ts'
import { createMemoryLog } from '../../support/memory-log.ts'
import { createMemorySharer } from '../../support/memory-sharer.ts'

type Protocol = 'inverter' | 'thermostat'
type NodeOptions = Omit<CloudOptions, 'topics' | 'adapters' | 'decoder'>
type World = ReturnType<typeof createWorld>

export interface WorldOptions {
  readonly protocol: Protocol
  readonly startRole: (options: NodeOptions) => Promise<RunningCloud>
  /** How much faster than real time it is. */
  readonly rate: number
  readonly startMs?: number
  /** Of all nodes, real ms. */
  readonly callTimeoutMs?: number
}

const PARTITIONS = 2

export function createWorld({ protocol, startRole, rate, startMs, callTimeoutMs = 5_000 }: WorldOptions) {
  const clock = createTestClock(startMs === undefined ? { rate } : { rate, startMs })
  const log = createMemoryLog({ nowMs: clock.nowMs, devicePartitions: PARTITIONS })
  const connector = connectors[protocol]
  const sharer = createMemorySharer(PARTITIONS)
  const attributesOf = new Map<string, DeviceAttributes>()
  /** Nodes with one credential share its file, as its tokens rotate. */
  const folders = new Map<Credential, string>()
  const folderOf = (credential: Credential): string => {
    const folder = folders.get(credential) ?? credentialsDir({ own: credential })
    folders.set(credential, folder)
    return folder
  }
  const acks: DeviceAck[] = []
  const devicesBy = new Map<string, Set<string>>()
  log.onAppend(({ value }, { name }) => {
    if (name !== deviceAcks.name) return
    const ack = value as DeviceAck
    acks.push(ack)
    devicesBy.set(ack.status, (devicesBy.get(ack.status) ?? new Set()).add(ack.deviceId))
  })

  return {
    clock,
    log,
    connector,
    async enrol(deviceId: string, attributes: DeviceAttributes): Promise<void> {
      attributesOf.set(deviceId, attributes)
      await log.writer.append(enrollmentState, aDevice({ deviceId, attributes, templates: [] }))
    },
    async command(deviceId: string, sent: Sent): Promise<Command> {
      const attributes = attributesOf.get(deviceId)
      if (!attributes) throw new Error(`${deviceId} is not enrolled`)
      const command = commandOf({ connector, attributes }, deviceId, sent, clock.nowMs())
      await log.writer.append(connector.commands, command)
      return command
    },
    /** Oldest first. */
    acks: acks as readonly DeviceAck[],
    /** Devices with an ack of this status. */
    devicesWith: (status: DeviceAck['status']): number => devicesBy.get(status)?.size ?? 0,
    async start(credential: Credential, changes: Partial<NodeOptions> = {}): Promise<RunningCloud> {
      const { writer, reader } = log
      const folder = folderOf(credential)
      const role = await startRole({
        ...{ writer, reader, sharer, clock, node: 'test', log: () => undefined, credentialsDir: folder },
        ...{ devicePartitions: PARTITIONS, instruments: silentInstruments, callTimeoutMs, ...changes },
      })
      onTestFinished(role.stop)
      return role
    },
    /** A node that shares with no other and can be gone at once: what it had not written by then never will be. */
    async startMortal(credential: Credential): Promise<{ crash(): void }> {
      const lifeline = lifelineTo(log)
      const folder = folderOf(credential)
      const role = await startRole({
        ...{ ...lifeline, sharer: createMemorySharer(PARTITIONS), clock, node: 'test', log: () => undefined, credentialsDir: folder },
        ...{ devicePartitions: PARTITIONS, instruments: silentInstruments, callTimeoutMs },
      })
      const crash = (): void => {
        lifeline.cut()
        // It waits for records that never come.
        void role.stop()
      }
      onTestFinished(crash)
      return { crash }
    },
  }
}

/** Energies by channel and start of their interval, as the log has them in the end; missing ones are absent. */
export function energiesOf({ log, connector }: World, deviceId: string): ReadonlyMap<string, number> {
  const energies = new Map<string, number>()
  for (const { value } of log.read(connector.raw)) {
    if (value?.deviceId !== deviceId) continue
    for (const reading of connector.decoder(value).readings) {
      if (reading.kind !== 'block') continue
      reading.values.forEach((energyWh, index) => {
        const key = `${reading.channel} ${reading.startMs + index * reading.stepMs}`
        if (reading.qualities[index] !== 'missing') energies.set(key, energyWh)
      })
    }
  }
  return energies
}
