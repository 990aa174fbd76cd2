/** Message schemas: the error code and the field path of the first fault, in both directions. */
import { describe, expect, it } from 'vitest'
import { validateCentralRequest, validateCentralResponse, validateStationRequest } from '../../../../connectors/ocpp/v16/validate.ts'

const boot = { chargePointVendor: 'V', chargePointModel: 'M' }
const sample = { timestamp: '2026-01-01T00:00:00Z', sampledValue: [{ value: '1' }] }

describe('validateStationRequest', () => {
  it.each([
    ['BootNotification', boot],
    ['BootNotification', { ...boot, firmwareVersion: '1.0', somethingOfTheVendor: true }],
    ['Heartbeat', {}],
    ['Authorize', { idTag: 'A1' }],
    ['StartTransaction', { connectorId: 1, idTag: 'A1', meterStart: 0, timestamp: '2026-01-01T01:00:00.123+01:00' }],
    ['StopTransaction', { transactionId: 1, meterStop: 5, timestamp: '2026-01-01T00:00:00Z', transactionData: [sample] }],
    ['StatusNotification', { connectorId: 0, errorCode: 'NoError', status: 'Available' }],
    ['MeterValues', { connectorId: 0, meterValue: [sample] }],
    ['DataTransfer', { vendorId: 'x' }],
  ])('takes %s', (action, payload) => {
    expect(validateStationRequest(action, payload)).toMatchObject({ ok: true, value: { action } })
  })

  it.each([
    ['an unknown action', 'Teleport', {}, 'NotImplemented', ''],
    ['an action named like a property of objects', 'constructor', {}, 'NotImplemented', ''],
    ['a missing field', 'BootNotification', { chargePointVendor: 'V' }, 'OccurenceConstraintViolation', 'chargePointModel'],
    ['a field of the wrong type', 'BootNotification', { ...boot, chargePointModel: 5 }, 'TypeConstraintViolation', 'chargePointModel'],
    ['a null', 'BootNotification', { ...boot, iccid: null }, 'TypeConstraintViolation', 'iccid'],
    [
      'a string too long',
      'BootNotification',
      { ...boot, chargePointModel: 'x'.repeat(21) },
      'PropertyConstraintViolation',
      'chargePointModel',
    ],
    [
      'a status unheard of',
      'StatusNotification',
      { connectorId: 1, errorCode: 'NoError', status: 'Tired' },
      'PropertyConstraintViolation',
      'status',
    ],
    ['a negative connector', 'MeterValues', { connectorId: -1, meterValue: [sample] }, 'PropertyConstraintViolation', 'connectorId'],
    ['no meter value', 'MeterValues', { connectorId: 1, meterValue: [] }, 'OccurenceConstraintViolation', 'meterValue'],
    [
      'a nested fault',
      'MeterValues',
      { connectorId: 1, meterValue: [{ ...sample, sampledValue: [{}] }] },
      'OccurenceConstraintViolation',
      'meterValue.0.sampledValue.0.value',
    ],
    [
      'a time that is none',
      'StartTransaction',
      { connectorId: 1, idTag: 'a', meterStart: 0, timestamp: 'noon' },
      'PropertyConstraintViolation',
      'timestamp',
    ],
    ['a payload that is no object', 'Heartbeat', [], 'TypeConstraintViolation', ''],
  ])('refuses %s', (_, action, payload, code, path) => {
    expect(validateStationRequest(action, payload)).toMatchObject({ ok: false, fault: { code, path } })
  })
})

describe('validateCentralRequest', () => {
  it('refuses a limit with two decimals', () => {
    const chargingSchedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6.25 }] }
    const profile = {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: 'ChargePointMaxProfile',
      chargingProfileKind: 'Absolute',
      chargingSchedule,
    }
    expect(validateCentralRequest('SetChargingProfile', { connectorId: 0, csChargingProfiles: profile })).toMatchObject({
      ok: false,
      fault: { code: 'PropertyConstraintViolation', path: 'csChargingProfiles.chargingSchedule.chargingSchedulePeriod.0.limit' },
    })
  })
})

describe('validateCentralResponse', () => {
  it('refuses a status outside the list', () => {
    expect(validateCentralResponse('SetChargingProfile', { status: 'Maybe' })).toMatchObject({ ok: false, fault: { path: 'status' } })
    expect(validateCentralResponse('SetChargingProfile', { status: 'Accepted' })).toMatchObject({ ok: true })
  })
})
