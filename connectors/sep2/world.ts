/** What the handlers of requests rest on. */
import type { Clock } from '../../processors/runtime/clock.ts'
import type { EnrollmentChange } from '../../schemas/enrollment.ts'
import type { ClockNotes } from '../delivery/clock-notes.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { Edge } from '../delivery/edge.ts'
import type { Client, Clients } from './clients/clients.ts'
import type { DeviceView } from './clients/device-view.ts'
import type { ControlBook } from './controls/book.ts'
import type { DocumentStore } from './documents/store.ts'
import type { PollingPort } from './port.ts'

export interface Settings {
  /** Where a device says nothing else, seconds. */
  readonly pollRateS: number
  readonly postRateS: number
  /** `host` or `host:port` that Notifications may go to; none = nobody may subscribe. */
  readonly notificationHosts: readonly string[]
}

export interface World {
  readonly clock: Clock
  readonly settings: Settings
  readonly clients: Clients
  readonly book: ControlBook
  readonly documents: DocumentStore
  /** False while what clients told before this node started is still being read. */
  readonly isWhole: () => boolean
  readonly port: PollingPort
  readonly edge: Pick<Edge, 'telemetry' | 'epochOf' | 'leftEvents'>
  readonly clocks: Pick<ClockNotes, 'note'>
  readonly delivery: Pick<Delivery, 'onOverridden' | 'onLateAnswer' | 'onSaid'>
  /** Resolves when the change is durable. */
  readonly record: (change: EnrollmentChange) => Promise<unknown>
}

export const pollRateOf = ({ clients, settings }: Pick<World, 'clients' | 'settings'>, deviceId: string): number =>
  clients.device(deviceId)?.traits.pollRateS ?? settings.pollRateS

/** Seconds between posts that a device is asked for: as the registry expects values of it. */
export const postRateOf = ({ settings }: Pick<World, 'settings'>, { traits, cadenceS }: DeviceView): number =>
  traits.postRateS ?? (cadenceS > 0 ? cadenceS : settings.postRateS)

/** The shortest of its devices, for what they share. */
export const sharedRateOf = (world: Pick<World, 'clients' | 'settings'>, { devices }: Client): number =>
  devices.reduce((rateS, { deviceId }) => Math.min(rateS, pollRateOf(world, deviceId)), world.settings.pollRateS)

export const secondsNow = ({ clock }: Pick<World, 'clock'>): number => Math.floor(clock.nowMs() / 1000)
