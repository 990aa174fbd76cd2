/** One simulated charger without its socket: meter, profiles, configuration, and its answers to the central system. */

import { createMeter, type Meter } from '../meter.ts'
import type { DeviceTraits } from '../traits.ts'
import { boundaries, type ClearRequest, clear, type Installed, install, limitsOf, type Profile } from './charging-profile.ts'
import { compositeSchedule } from './composite-schedule.ts'
import { type Configuration, createConfiguration } from './configuration.ts'
import type { Reply } from './link.ts'
import { meterValues } from './meter-values.ts'

export type Message = { action: string; payload: object }

export type Charger = {
  traits: DeviceTraits
  meter: Meter
  /** What it has accepted and means to follow; the meter follows `effectMs` later. */
  installed(): readonly Installed[]
  /** The reply, and the messages that come after it (TriggerMessage). */
  onCall(action: string, payload: Record<string, unknown>, nowMs: number): { reply: Reply; after: Message[] }
  boot(): Message[]
  /** Clock-aligned data and changes of status that have come due since the last look. */
  due(nowMs: number): Message[]
}

export type ChargerOptions = {
  seed: number
  traits: DeviceTraits
  originMs: number
  startMs: number
  alignedIntervalS: number
  spreadMs: number
}

type State = ChargerOptions & {
  meter: Meter
  configuration: Configuration
  installed: Installed[]
  lastChangeMs: number
  nextSampleMs: number
  nextStatusMs: number
  status: string
}

const DAY_MS = 86_400_000
/** Under this current per phase a vehicle does not charge at all (IEC 61851-1). */
const LEAST_A = 6

const leastW = ({ phases, voltageV }: DeviceTraits): number => LEAST_A * voltageV * phases

export function createCharger(options: ChargerOptions): Charger {
  const { seed, traits, originMs, startMs, alignedIntervalS } = options
  const { id, standingLimitW } = traits
  const meter = createMeter({ seed, id, ratedW: standingLimitW ?? traits.ratedW, leastW: leastW(traits), originMs })
  const installed = standingLimitW === undefined ? [] : [standing(standingLimitW, traits, originMs)]
  meter.change(originMs, limitsOf(installed, traits.voltageV))
  const state: State = {
    ...options,
    meter,
    configuration: createConfiguration(traits, alignedIntervalS),
    installed,
    lastChangeMs: originMs,
    nextSampleMs: nextAligned(startMs, alignedIntervalS),
    nextStatusMs: startMs,
    status: '',
  }
  return {
    traits,
    meter,
    installed: () => state.installed,
    onCall: (action, payload, nowMs) => onCall(state, action, payload, nowMs),
    boot: () => [
      {
        action: 'BootNotification',
        payload: { chargePointVendor: 'Fleet', chargePointModel: `${traits.ratedW} W`, chargePointSerialNumber: id.slice(0, 25) },
      },
    ],
    due: (nowMs) => [...dueSamples(state, nowMs), ...dueStatus(state, nowMs)],
  }
}

function onCall(state: State, action: string, payload: Record<string, unknown>, nowMs: number): { reply: Reply; after: Message[] } {
  const result = (value: object, after: Message[] = []): { reply: Reply; after: Message[] } => ({
    reply: { kind: 'result', payload: value },
    after,
  })
  switch (action) {
    case 'SetChargingProfile':
      return { reply: onSetProfile(state, payload, nowMs), after: [] }
    case 'ClearChargingProfile':
      return result({ status: onClearProfile(state, payload as ClearRequest, nowMs) })
    case 'GetCompositeSchedule':
      return result(compositeSchedule(state.installed, state.traits, payload, nowMs))
    case 'GetConfiguration':
      return result(state.configuration.read(payload.key as string[] | undefined))
    case 'ChangeConfiguration':
      return result({ status: onChangeConfiguration(state, String(payload.key), String(payload.value), nowMs) })
    case 'TriggerMessage': {
      const after = triggered(state, String(payload.requestedMessage), nowMs)
      return result({ status: after === undefined ? 'NotImplemented' : 'Accepted' }, after ?? [])
    }
    default:
      return { reply: { kind: 'error', code: 'NotImplemented', description: `${action} is not implemented` }, after: [] }
  }
}

function onSetProfile(state: State, payload: Record<string, unknown>, nowMs: number): Reply {
  const { answering } = state.traits
  if (answering === 'notSupported') return { kind: 'error', code: 'NotSupported', description: 'no smart charging' }
  const connectorId = Number(payload.connectorId)
  const profile = payload.csChargingProfiles as Profile
  const refused = answering === 'rejects' || !isUsable(state.traits, connectorId, profile)
  if (!refused && answering !== 'ignores') change(state, install(state.installed, { connectorId, profile, installedMs: nowMs }), nowMs)
  return { kind: 'result', payload: { status: refused ? 'Rejected' : 'Accepted' } }
}

function isUsable({ units, maxStackLevel, maxPeriods }: DeviceTraits, connectorId: number, profile: Profile): boolean {
  const { chargingRateUnit, chargingSchedulePeriod, startSchedule } = profile.chargingSchedule
  if (profile.chargingProfilePurpose === 'ChargePointMaxProfile' && connectorId !== 0) return false
  // No transactions are simulated, and a TxProfile needs one.
  if (profile.chargingProfilePurpose === 'TxProfile') return false
  if (profile.chargingProfileKind !== 'Relative' && startSchedule === undefined) return false
  if (!units.includes(chargingRateUnit === 'A' ? 'Current' : 'Power')) return false
  return profile.stackLevel <= maxStackLevel && chargingSchedulePeriod.length <= maxPeriods && chargingSchedulePeriod[0]?.startPeriod === 0
}

function onClearProfile(state: State, request: ClearRequest, nowMs: number): string {
  const left = clear(state.installed, request)
  if (left.length === state.installed.length) return 'Unknown'
  change(state, left, nowMs)
  return 'Accepted'
}

function change(state: State, installed: Installed[], nowMs: number): void {
  state.installed = installed
  state.lastChangeMs = Math.max(nowMs + state.traits.effectMs, state.lastChangeMs)
  state.meter.change(state.lastChangeMs, limitsOf(installed, state.traits.voltageV))
  state.nextStatusMs = Math.min(state.nextStatusMs, state.lastChangeMs)
}

function onChangeConfiguration(state: State, key: string, value: string, nowMs: number): string {
  const status = state.configuration.change(key, value)
  if (status === 'Accepted' && key === 'ClockAlignedDataInterval') state.nextSampleMs = nextAligned(nowMs, Number(value))
  return status
}

function triggered(state: State, requested: string, nowMs: number): Message[] | undefined {
  if (requested === 'MeterValues') return [sample(state, nowMs, 'Trigger')]
  if (requested === 'StatusNotification') return [statusMessage(state.status || 'Available', nowMs)]
  if (requested === 'Heartbeat') return [{ action: 'Heartbeat', payload: {} }]
  return undefined
}

function dueSamples(state: State, nowMs: number): Message[] {
  const messages: Message[] = []
  const intervalS = Number(state.configuration.get('ClockAlignedDataInterval'))
  while (state.nextSampleMs + state.spreadMs <= nowMs) {
    messages.push(sample(state, state.nextSampleMs, 'Sample.Clock'))
    state.nextSampleMs = nextAligned(state.nextSampleMs, intervalS)
  }
  return messages
}

function sample({ meter, traits, configuration }: State, timestampMs: number, context: 'Sample.Clock' | 'Trigger'): Message {
  const measurands = (configuration.get('MeterValuesAlignedData') ?? '').split(',')
  const intervalMs = Number(configuration.get('ClockAlignedDataInterval')) * 1000
  return { action: 'MeterValues', payload: meterValues(meter, traits, { context, timestampMs, intervalMs, measurands }) }
}

function dueStatus(state: State, nowMs: number): Message[] {
  if (nowMs < state.nextStatusMs) return []
  const { meter, traits } = state
  const quarterMs = 900_000
  state.nextStatusMs = boundaries(state.installed, nowMs, nowMs + DAY_MS)[0] ?? Number.POSITIVE_INFINITY
  // The load model changes on quarter hours only.
  state.nextStatusMs = Math.min(state.nextStatusMs, (Math.floor(nowMs / quarterMs) + 1) * quarterMs)
  const held = meter.limitW(nowMs) < leastW(traits)
  const status = held ? 'SuspendedEVSE' : meter.powerW(nowMs) > 0 ? 'Charging' : 'Available'
  if (status === state.status) return []
  state.status = status
  return [statusMessage(status, nowMs)]
}

function statusMessage(status: string, nowMs: number): Message {
  return {
    action: 'StatusNotification',
    payload: { connectorId: 1, errorCode: 'NoError', status, timestamp: new Date(nowMs).toISOString() },
  }
}

function nextAligned(afterMs: number, intervalS: number): number {
  return intervalS > 0 ? (Math.floor(afterMs / (intervalS * 1000)) + 1) * intervalS * 1000 : Number.POSITIVE_INFINITY
}

function standing(limitW: number, { voltageV, phases, units }: DeviceTraits, installedMs: number): Installed {
  const inAmperes = !units.includes('Power')
  const limit = inAmperes ? Math.floor((limitW * 10) / (voltageV * phases)) / 10 : limitW
  const schedule = { startSchedule: '2000-01-01T00:00:00Z', chargingRateUnit: inAmperes ? ('A' as const) : ('W' as const) }
  const profile: Profile = {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'ChargePointMaxProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: {
      ...schedule,
      chargingSchedulePeriod: [{ startPeriod: 0, limit, ...(phases === 3 ? {} : { numberPhases: phases }) }],
    },
  }
  return { connectorId: 0, profile, installedMs }
}
