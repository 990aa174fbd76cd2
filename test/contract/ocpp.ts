/** OCPP 1.6J under the contract: its connector, and a scripted station. */
import { startOcpp } from '../../connectors/ocpp/role.ts'
import { connectors } from '../../connectors/registry.ts'
import { someAttributes } from '../build/changes.ts'
import type { ClearRequest, Profile } from '../fleet/ocpp/charging-profile.ts'
import { type Build, createStation, PASSWORD, VOLTAGE_V, type Words } from './ocpp-station.ts'
import type { ProtocolUnderTest } from './protocol.ts'

export const words16: Words = {
  subprotocol: 'ocpp1.6',
  installing: ({ csChargingProfiles }, installedMs) => ({ connectorId: 0, profile: csChargingProfiles as Profile, installedMs }),
  clearing: (payload) => payload as ClearRequest,
  composite: (schedule) => schedule,
  report: (uniqueId, { timestamp, registerWh }) =>
    `[2, "${uniqueId}",  "MeterValues",{"meterValue":[{"sampledValue":[ {"value":"${registerWh}"}],"timestamp":"${timestamp}"}],"connectorId":1}]`,
  nonsense: '[2,"x1","MeterValues",{"connectorId":"one"}]',
}

const PHASES = 3

/** The contract's OCPP connector with stations of one version and build. */
export function ocppUnderTest(
  name: string,
  ocppVersion: string,
  stations: Words,
  build: Build = { ratedW: 11_040, standing: { unit: 'W', limit: 8_000 } },
): ProtocolUnderTest {
  const { ratedW, standing } = build
  const standingLimitW = standing.unit === 'W' ? standing.limit : standing.limit * VOLTAGE_V * PHASES
  const limitUnit = standing.unit
  const extra = { ocppVersion, maxPeriods: '24', stackLevel: '1' }
  return {
    name,
    connector: connectors.ocpp,
    attributes: { ...someAttributes({ ratedW, minimumW: 0, phases: PHASES, voltageV: VOLTAGE_V, limitUnit, extra }), standingLimitW },
    async start({ isKnown, ...options }) {
      const role = await startOcpp({
        ...options,
        port: 0,
        authenticate: async (id, credentials) => {
          if (!isKnown(id)) return 'unknown'
          return credentials.kind === 'password' && Buffer.from(credentials.password ?? []).toString() === PASSWORD ? 'accepted' : 'denied'
        },
      })
      return { createDevice: (id, nowMs) => createStation(stations, build, id, role.url, nowMs), stop: role.stop }
    },
    backfills: true,
    skips: {},
  }
}

export const ocpp = ocppUnderTest('ocpp', '1.6', words16)
