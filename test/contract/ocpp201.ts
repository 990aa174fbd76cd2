/** OCPP 2.0.1 under the contract: the same connector, and a scripted station of that version. */
import { type Clear201, clearRequest, installedFrom, type Profile201 } from '../fleet/ocpp/profile201.ts'
import { ocppUnderTest } from './ocpp.ts'
import type { Words } from './ocpp-station.ts'

export const words201: Words = {
  subprotocol: 'ocpp2.0.1',
  installing: (payload, installedMs) => installedFrom(payload as { evseId: number; chargingProfile: Profile201 }, installedMs),
  clearing: (payload) => clearRequest(payload as Clear201),
  composite: ({ status, connectorId: evseId, scheduleStart, chargingSchedule: { startSchedule: _, ...schedule } }) => ({
    status,
    schedule: { ...schedule, evseId, scheduleStart },
  }),
  report: (uniqueId, { timestamp, registerWh }) =>
    `[2, "${uniqueId}",  "TransactionEvent",{"timestamp":"${timestamp}","eventType":"Updated","seqNo":3,"triggerReason":"MeterValuePeriodic",` +
    `"transactionInfo":{"transactionId":"t-1"},"evse":{"id":1},"meterValue":[{"sampledValue":[ {"value":${registerWh}}],"timestamp":"${timestamp}"}]}]`,
  nonsense: '[2,"x1","MeterValues",{"evseId":"one"}]',
}

export const ocpp201 = ocppUnderTest('ocpp201', '2.0.1', words201)
