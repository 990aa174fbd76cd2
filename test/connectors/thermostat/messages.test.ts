/** What a vendor's message says becomes modelled energy, or shows how a thermostat is set. */
import { expect, test } from 'vitest'
import { decodeThermostat } from '../../../connectors/thermostat/decode.ts'
import { RUNTIME_MESSAGE, readSettingsMessage, SETTINGS_MESSAGE } from '../../../connectors/thermostat/messages.ts'
import { rawJson } from '../../build/raw.ts'

const how = { protocol: 'thermostat', contentType: 'application/json; cool-w="3600"; heat-w="1800"; aux-w="0"' } as const

test('seconds of running become energy by the power of what ran; null is missing', () => {
  const message = { startTime: '2026-07-01T12:00:00Z', cool: [300, 0, null], heat: [0, 300, 0] }
  const { readings } = decodeThermostat(rawJson(message, { ...how, kind: RUNTIME_MESSAGE }))
  expect(readings).toMatchObject([
    { startMs: Date.UTC(2026, 6, 1, 12), values: [300, 150, 0], qualities: ['modelled', 'modelled', 'missing'] },
  ])
})

test('equipment that is not named does not exist', () => {
  const { readings } = decodeThermostat(rawJson({ startTime: '2026-07-01T12:00:00Z', cool: [300] }, { ...how, kind: RUNTIME_MESSAGE }))
  expect(readings).toMatchObject([{ values: [300], qualities: ['modelled'] }])
})

test('more seconds than an interval has are refused', () => {
  const raw = rawJson({ startTime: '2026-07-01T12:00:00Z', cool: [301] }, { ...how, kind: RUNTIME_MESSAGE })
  expect(() => decodeThermostat(raw)).toThrow()
})

test('settings carry no quantity and show the thermostat; nonsense shows nothing', () => {
  const changeableValues = { mode: 'Cool', heatSetpoint: 18, coolSetpoint: 24, thermostatSetpointStatus: 'NoHold' }
  const message = { eventTime: '2026-07-01T12:00:00Z', thermostat: { units: 'Celsius', changeableValues } }
  const raw = rawJson(message, { ...how, kind: SETTINGS_MESSAGE })
  expect(decodeThermostat(raw)).toEqual({ readings: [], faults: [] })
  expect(readSettingsMessage(raw)).toMatchObject({ atMs: Date.UTC(2026, 6, 1, 12), thermostat: { isAlive: true, changeableValues } })
  expect(readSettingsMessage({ ...raw, kind: RUNTIME_MESSAGE })).toBeUndefined()
  expect(readSettingsMessage(rawJson('nonsense', { ...how, kind: SETTINGS_MESSAGE }))).toBeUndefined()
})
