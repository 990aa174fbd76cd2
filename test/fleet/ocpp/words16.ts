/** A charger of OCPP 1.6: its answers to the central system, and what it says by itself. */
import { type ChargerState, clearProfiles, realign, setProfile } from './charger.ts'
import type { ClearRequest, Profile } from './charging-profile.ts'
import { compositeSchedule } from './composite-schedule.ts'
import { changeConfiguration, configured, readConfiguration } from './configuration.ts'
import { meterValues } from './meter-values.ts'
import { type Context, error, type Handled, type Message, result, type Status, type Words } from './words.ts'

export const words16: Words = {
  subprotocol: 'ocpp1.6',
  onCall,
  boot: ({ traits: { id, ratedW } }) => ({
    action: 'BootNotification',
    payload: { chargePointVendor: 'Fleet', chargePointModel: `${ratedW} W`, chargePointSerialNumber: id.slice(0, 25) },
  }),
  alignedIntervalS: (state) => Number(configured(state, 'ClockAlignedDataInterval')),
  sample,
  status,
}

function onCall(state: ChargerState, action: string, payload: Record<string, unknown>, nowMs: number): Handled {
  switch (action) {
    case 'SetChargingProfile': {
      if (state.traits.answering === 'notSupported') return error('NotSupported', 'no smart charging')
      const { connectorId, csChargingProfiles } = payload as { connectorId: number; csChargingProfiles: Profile }
      return result({ status: setProfile(state, { connectorId, profile: csChargingProfiles, installedMs: nowMs }, nowMs) })
    }
    case 'ClearChargingProfile':
      return result({ status: clearProfiles(state, payload as ClearRequest, nowMs) })
    case 'GetCompositeSchedule':
      return result(compositeSchedule(state.installed, state.traits, payload, nowMs))
    case 'GetConfiguration':
      return result(readConfiguration(state, payload.key as string[] | undefined))
    case 'ChangeConfiguration': {
      const { key, value } = payload as { key: string; value: string }
      const answer = changeConfiguration(state, key, value)
      if (answer === 'Accepted' && key === 'ClockAlignedDataInterval') realign(state, Number(value), nowMs)
      return result({ status: answer })
    }
    case 'TriggerMessage': {
      const after = triggered(state, String(payload.requestedMessage), nowMs)
      return result({ status: after === undefined ? 'NotImplemented' : 'Accepted' }, after ?? [])
    }
    default:
      return error('NotImplemented', `${action} is not implemented`)
  }
}

function triggered(state: ChargerState, requested: string, nowMs: number): Message[] | undefined {
  if (requested === 'MeterValues') return [sample(state, nowMs, 'Trigger')]
  if (requested === 'StatusNotification') return [status(state, state.status || 'Available', nowMs)]
  if (requested === 'Heartbeat') return [{ action: 'Heartbeat', payload: {} }]
  return undefined
}

function sample(state: ChargerState, timestampMs: number, context: Context): Message {
  const measurands = (configured(state, 'MeterValuesAlignedData') ?? '').split(',')
  const intervalMs = Number(configured(state, 'ClockAlignedDataInterval')) * 1000
  return { action: 'MeterValues', payload: meterValues(state.meter, state.traits, { context, timestampMs, intervalMs, measurands }) }
}

function status(_state: ChargerState, now: Status, nowMs: number): Message {
  const payload = { connectorId: 1, errorCode: 'NoError', status: now, timestamp: new Date(nowMs).toISOString() }
  return { action: 'StatusNotification', payload }
}
