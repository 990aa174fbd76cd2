/** One simulated charger without its socket: meter, profiles, sessions, and what comes due on its clock. */
import { blocksOfDay } from '../load-model.ts'
import { createMeter, type Meter } from '../meter.ts'
import { shownMeter } from '../shown-meter.ts'
import type { DeviceTraits } from '../traits.ts'
import { boundaries, type ClearRequest, clear, type Installed, install, limitsOf, type Profile } from './charging-profile.ts'
import type { Handled, Message, Status, Words } from './words.ts'
import { words16 } from './words16.ts'
import { words201 } from './words201.ts'

export type Charger = {
  traits: DeviceTraits
  /** As it truly is, whatever the charger shows of it. */
  meter: Meter
  /** When it shows a register that begins again at 0; undefined = never. */
  resetMs: number | undefined
  subprotocol: Words['subprotocol']
  /** What it has accepted and means to follow; the meter follows `effectMs` later. */
  installed(): readonly Installed[]
  onCall(action: string, payload: Record<string, unknown>, nowMs: number): Handled
  boot(): Message[]
  /** Is switched on: what was metered before is told to nobody. */
  begin(nowMs: number): void
  /** Clock-aligned data, sessions and changes of status that have come due since the last look, in the order of their time. */
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

/** All times are by its own clock. */
export type ChargerState = Omit<ChargerOptions, 'originMs' | 'startMs'> & {
  /** Its clock less the true one, ms. */
  offMs: number
  meter: Meter
  /** Configuration keys or variables, as the central system sets them. */
  settings: Map<string, string>
  installed: Installed[]
  /** Ceiling of the load, W: the standing limit, or the rating. */
  ceilingW: number
  lastChangeMs: number
  nextSampleMs: number
  nextStatusMs: number
  /** When a vehicle comes or goes next. */
  session: { atMs: number; change: 'begins' | 'ends' } | undefined
  status: Status | ''
  transaction: { id: string; seqNo: number } | undefined
}

const DAY_MS = 86_400_000
const QUARTER_MS = 900_000
const FORESEEN_DAYS = 30
/** Under this current per phase a vehicle does not charge at all (IEC 61851-1). */
const LEAST_A = 6

const leastW = ({ phases, voltageV }: DeviceTraits): number => LEAST_A * voltageV * phases
const WORDS = { '1.6': words16, '2.0.1': words201 } as const

export function createCharger(options: ChargerOptions): Charger {
  const { originMs, startMs, ...lasting } = options
  const { seed, traits } = lasting
  const { id, standingLimitW, resetsAfterMs } = traits
  const offMs = traits.clockOffS * 1000
  const resetMs = resetsAfterMs === undefined ? undefined : startMs + resetsAfterMs
  const words = WORDS[traits.ocppVersion]
  const ceilingW = standingLimitW ?? traits.ratedW
  const meter = createMeter({ seed, id, ratedW: ceilingW, leastW: leastW(traits), originMs })
  const installed = standingLimitW === undefined ? [] : [standing(standingLimitW, traits, originMs)]
  meter.change(originMs, limitsOf(installed, traits.voltageV))
  const state: ChargerState = {
    ...lasting,
    offMs,
    meter: shownMeter(meter, { offMs, resetMs }),
    settings: new Map(),
    installed,
    ceilingW,
    lastChangeMs: originMs + offMs,
    nextSampleMs: Number.POSITIVE_INFINITY,
    nextStatusMs: Number.POSITIVE_INFINITY,
    session: undefined,
    status: '',
    transaction: undefined,
  }
  begin(state, words, startMs + offMs)
  return {
    traits,
    meter,
    resetMs,
    subprotocol: words.subprotocol,
    installed: () => state.installed,
    onCall: (action, payload, nowMs) => words.onCall(state, action, payload, nowMs + offMs),
    boot: () => [words.boot(state)],
    begin: (nowMs) => begin(state, words, nowMs + offMs),
    due: (nowMs) => [...dueByClock(state, words, nowMs + offMs), ...dueStatus(state, words, nowMs + offMs)],
  }
}

function begin(state: ChargerState, words: Words, nowMs: number): void {
  state.nextSampleMs = nextAligned(nowMs, words.alignedIntervalS(state))
  state.nextStatusMs = nowMs
  if (!words.session) return
  const next = nextSession(state, nowMs)
  // A session that is running begins, for all that anybody knows, when the charger does.
  state.session = next?.change === 'ends' ? { atMs: nowMs, change: 'begins' } : next
}

/** Undefined = it cannot be used. */
export function setProfile(state: ChargerState, next: Installed, nowMs: number): 'Accepted' | 'Rejected' {
  const { answering } = state.traits
  if (answering === 'rejects' || !isUsable(state.traits, next)) return 'Rejected'
  if (answering !== 'ignores') change(state, install(state.installed, next), nowMs)
  return 'Accepted'
}

export function clearProfiles(state: ChargerState, request: ClearRequest, nowMs: number): 'Accepted' | 'Unknown' {
  const left = clear(state.installed, request)
  if (left.length === state.installed.length) return 'Unknown'
  change(state, left, nowMs)
  return 'Accepted'
}

/** The next sample is due on the new grid. */
export function realign(state: ChargerState, intervalS: number, nowMs: number): void {
  state.nextSampleMs = nextAligned(nowMs, intervalS)
}

function isUsable({ units, maxStackLevel, maxPeriods }: DeviceTraits, { connectorId, profile }: Installed): boolean {
  const { chargingRateUnit, chargingSchedulePeriod, startSchedule } = profile.chargingSchedule
  if (profile.chargingProfilePurpose === 'ChargePointMaxProfile' && connectorId !== 0) return false
  // It belongs to a transaction, and none is ever named to these chargers.
  if (profile.chargingProfilePurpose === 'TxProfile') return false
  if (profile.chargingProfileKind !== 'Relative' && startSchedule === undefined) return false
  if (!units.includes(chargingRateUnit === 'A' ? 'Current' : 'Power')) return false
  return profile.stackLevel <= maxStackLevel && chargingSchedulePeriod.length <= maxPeriods && chargingSchedulePeriod[0]?.startPeriod === 0
}

function change(state: ChargerState, installed: Installed[], nowMs: number): void {
  state.installed = installed
  state.lastChangeMs = Math.max(nowMs + state.traits.effectMs, state.lastChangeMs)
  state.meter.change(state.lastChangeMs, limitsOf(installed, state.traits.voltageV))
  state.nextStatusMs = Math.min(state.nextStatusMs, state.lastChangeMs)
}

/** Of one instant: a session begins before it is sampled, and ends after. */
function dueByClock(state: ChargerState, words: Words, nowMs: number): Message[] {
  const untilMs = nowMs - state.spreadMs
  const intervalS = words.alignedIntervalS(state)
  const messages: Message[] = []
  while (true) {
    const { session, nextSampleMs } = state
    const isSession = session !== undefined && (session.change === 'begins' ? session.atMs <= nextSampleMs : session.atMs < nextSampleMs)
    if (isSession && session.atMs <= untilMs) {
      messages.push(...(words.session?.(state, session.change, session.atMs) ?? []))
      state.session = nextSession(state, session.atMs)
    } else if (!isSession && nextSampleMs <= untilMs) {
      messages.push(words.sample(state, nextSampleMs, 'Sample.Clock'))
      state.nextSampleMs = nextAligned(nextSampleMs, intervalS)
    } else return messages
  }
}

/** When a vehicle comes or goes next; no session runs past midnight. */
function nextSession({ seed, traits, ceilingW, offMs }: ChargerState, afterOwnMs: number): ChargerState['session'] {
  const afterMs = afterOwnMs - offMs
  for (let day = Math.floor(afterMs / DAY_MS); day <= afterMs / DAY_MS + FORESEEN_DAYS; day += 1) {
    const blocks = blocksOfDay(seed, traits.id, ceilingW, day)
    const beginsMs = blocks[0]?.startMs ?? 0
    const endsMs = blocks.at(-1)?.endMs ?? 0
    if (beginsMs > afterMs) return { atMs: beginsMs + offMs, change: 'begins' }
    if (endsMs > afterMs) return { atMs: endsMs + offMs, change: 'ends' }
  }
  return undefined
}

function dueStatus(state: ChargerState, words: Words, nowMs: number): Message[] {
  if (nowMs < state.nextStatusMs) return []
  const { meter, traits, offMs } = state
  state.nextStatusMs = boundaries(state.installed, nowMs, nowMs + DAY_MS)[0] ?? Number.POSITIVE_INFINITY
  // The load model changes on quarter hours only.
  state.nextStatusMs = Math.min(state.nextStatusMs, (Math.floor((nowMs - offMs) / QUARTER_MS) + 1) * QUARTER_MS + offMs)
  const held = meter.limitW(nowMs) < leastW(traits)
  const status = held ? 'SuspendedEVSE' : meter.powerW(nowMs) > 0 ? 'Charging' : 'Available'
  if (status === state.status) return []
  state.status = status
  return [words.status(state, status, nowMs)]
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
