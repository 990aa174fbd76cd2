/** A charger of OCPP 2.0.1: its answers to the central system, its transactions, and what it meters while it charges and while it does not. */
import { hash32 } from '../hash.ts'
import { type ChargerState, clearProfiles, realign, setProfile } from './charger.ts'
import { compositeSchedule } from './composite-schedule.ts'
import { sampledValues201 } from './meter-values.ts'
import { type Clear201, clearRequest, installedFrom, type Profile201, reported } from './profile201.ts'
import { getVariables, setVariables, variable } from './variables201.ts'
import { type Context, error, type Handled, type Message, result, type Status, type Words } from './words.ts'

export const words201: Words = {
  subprotocol: 'ocpp2.0.1',
  onCall,
  boot: ({ traits: { id, ratedW } }) => ({
    action: 'BootNotification',
    payload: { reason: 'PowerUp', chargingStation: { vendorName: 'Fleet', model: `${ratedW} W`, serialNumber: id.slice(0, 25) } },
  }),
  alignedIntervalS: (state) =>
    variable(state, 'AlignedDataCtrlr.Enabled') === 'true' ? Number(variable(state, 'AlignedDataCtrlr.Interval')) : 0,
  sample,
  status,
  session,
}

function onCall(state: ChargerState, action: string, payload: Record<string, unknown>, nowMs: number): Handled {
  switch (action) {
    case 'SetChargingProfile': {
      if (state.traits.answering === 'notSupported') return error('NotSupported', 'no smart charging')
      const next = installedFrom(payload as { evseId: number; chargingProfile: Profile201 }, nowMs)
      const answer = setProfile(state, next, nowMs)
      return result(answer === 'Accepted' ? { status: answer } : { status: answer, statusInfo: { reasonCode: 'InvalidProfile' } })
    }
    case 'ClearChargingProfile':
      return result({ status: clearProfiles(state, clearRequest(payload as Clear201), nowMs) })
    case 'GetCompositeSchedule': {
      const {
        status: answer,
        connectorId,
        scheduleStart,
        chargingSchedule,
      } = compositeSchedule(state.installed, state.traits, payload, nowMs)
      const { startSchedule: _, ...schedule } = chargingSchedule
      return result({ status: answer, schedule: { ...schedule, evseId: connectorId, scheduleStart } })
    }
    case 'GetChargingProfiles':
      return reportProfiles(state, payload as { requestId: number; chargingProfile: { chargingProfileId?: number[] } })
    case 'GetVariables':
      return result(getVariables(state, payload.getVariableData as Parameters<typeof getVariables>[1]))
    case 'SetVariables': {
      const { answer, set } = setVariables(state, payload.setVariableData as Parameters<typeof setVariables>[1])
      if (set.has('AlignedDataCtrlr.Interval') || set.has('AlignedDataCtrlr.Enabled'))
        realign(state, words201.alignedIntervalS(state), nowMs)
      return result(answer)
    }
    case 'TriggerMessage': {
      const after = triggered(state, String(payload.requestedMessage), nowMs)
      return result({ status: after === undefined ? 'NotImplemented' : 'Accepted' }, after ?? [])
    }
    default:
      return error('NotImplemented', `${action} is not implemented`)
  }
}

function reportProfiles(
  { installed }: ChargerState,
  asked: { requestId: number; chargingProfile: { chargingProfileId?: number[] } },
): Handled {
  const ids = asked.chargingProfile.chargingProfileId
  const found = installed.filter(({ profile }) => ids === undefined || ids.includes(profile.chargingProfileId))
  const reports = found.map((one, index) => ({
    action: 'ReportChargingProfiles',
    payload: {
      requestId: asked.requestId,
      chargingLimitSource: 'CSO',
      evseId: one.connectorId,
      chargingProfile: [reported(one)],
      tbc: index < found.length - 1,
    },
  }))
  return result({ status: found.length > 0 ? 'Accepted' : 'NoProfiles' }, reports)
}

function triggered(state: ChargerState, requested: string, nowMs: number): Message[] | undefined {
  // F06: MeterValues, also while a transaction is running.
  if (requested === 'MeterValues')
    return [{ action: 'MeterValues', payload: { evseId: 1, meterValue: [meterValue(state, nowMs, 'Trigger')] } }]
  if (requested === 'StatusNotification') return [status(state, state.status || 'Available', nowMs)]
  if (requested === 'Heartbeat') return [{ action: 'Heartbeat', payload: {} }]
  return undefined
}

/** J01: what is metered by the clock goes with the transaction while one is running. */
function sample(state: ChargerState, timestampMs: number, context: Context): Message {
  const value = meterValue(state, timestampMs, context)
  if (!state.transaction) return { action: 'MeterValues', payload: { evseId: 1, meterValue: [value] } }
  return transactionEvent(state, { eventType: 'Updated', triggerReason: 'MeterValueClock', atMs: timestampMs, meterValue: [value] })
}

function meterValue(state: ChargerState, timestampMs: number, context: string): object {
  const measurands = (variable(state, 'AlignedDataCtrlr.Measurands') ?? '').split(',')
  return {
    timestamp: new Date(timestampMs).toISOString(),
    sampledValue: sampledValues201(state.meter, state.traits, { context, timestampMs, measurands }),
  }
}

function session(state: ChargerState, change: 'begins' | 'ends', atMs: number): Message[] {
  if (change === 'begins') {
    if (state.transaction) return []
    const { seed, traits } = state
    state.transaction = { id: `${hash32(seed, traits.id, atMs).toString(16)}-${Math.floor(atMs / 1000)}`, seqNo: 0 }
    const token = { idToken: { idToken: traits.id.slice(-36), type: 'Central' } }
    const at = {
      eventType: 'Started',
      triggerReason: 'Authorized',
      atMs,
      meterValue: [meterValue(state, atMs, 'Transaction.Begin')],
    } as const
    return [transactionEvent(state, at, { ...token, evse: { id: 1, connectorId: 1 } })]
  }
  if (!state.transaction) return []
  const at = { eventType: 'Ended', triggerReason: 'EVDeparted', atMs, meterValue: [meterValue(state, atMs, 'Transaction.End')] } as const
  const ended = transactionEvent(state, at)
  state.transaction = undefined
  return [ended]
}

type Event = { eventType: 'Started' | 'Updated' | 'Ended'; triggerReason: string; atMs: number; meterValue?: readonly object[] }

/** Which EVSE it is stands in the first event only. */
function transactionEvent(state: ChargerState, { atMs, ...event }: Event, more: object = {}): Message {
  const { transaction } = state
  if (!transaction) throw new Error(`${state.traits.id} has no transaction`)
  const seqNo = transaction.seqNo++
  const payload = { ...event, timestamp: new Date(atMs).toISOString(), seqNo, transactionInfo: { transactionId: transaction.id }, ...more }
  return { action: 'TransactionEvent', payload }
}

function status(state: ChargerState, now: Status, nowMs: number): Message {
  const timestamp = new Date(nowMs).toISOString()
  if (state.transaction && now !== 'Available') {
    const { id, seqNo } = state.transaction
    state.transaction.seqNo += 1
    const payload = {
      eventType: 'Updated',
      triggerReason: 'ChargingStateChanged',
      timestamp,
      seqNo,
      transactionInfo: { transactionId: id, chargingState: now },
    }
    return { action: 'TransactionEvent', payload }
  }
  return {
    action: 'StatusNotification',
    payload: { timestamp, connectorStatus: now === 'Available' ? 'Available' : 'Occupied', evseId: 1, connectorId: 1 },
  }
}
