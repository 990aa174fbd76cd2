/** The roles that a process can play, and how each is started. */
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { Environment } from '../cli/environment.ts'
import type { Session } from '../cli/session.ts'
import { startAnalyticsRole } from './analytics.ts'
import { startInverterRole } from './inverter.ts'
import { startLoopbackRole } from './loopback.ts'
import { startOcppRole } from './ocpp.ts'
import { startReportingRole } from './reporting.ts'
import { startRestRole } from './rest.ts'
import { startSep2Role } from './sep2.ts'
import { startSubTopologyRole } from './sub-topology.ts'
import { startThermostatRole } from './thermostat.ts'
import { startVtnsRole } from './vtns.ts'

/** What a role is given. */
export interface RoleParts {
  readonly environment: Environment
  readonly session: Session
  readonly log: Logger
  /** Metrics of the process, which the rest role serves. */
  readonly registry: Registry
}

export interface RunningRole {
  /** Settles with the reason when the role ends by itself; never when it is stopped. */
  readonly failed: Promise<Error>
  stop(): Promise<void>
}

/** A promise for roles that do not end by themselves. */
export const never: Promise<never> = new Promise(() => undefined)

const starters = {
  control: startSubTopologyRole('control'),
  enrollment: startSubTopologyRole('enrollment'),
  dispatch: startSubTopologyRole('dispatch'),
  acks: startSubTopologyRole('acks'),
  telemetry: startSubTopologyRole('telemetry'),
  settlement: startSubTopologyRole('settlement'),
  analytics: startAnalyticsRole,
  rest: startRestRole,
  vtns: startVtnsRole,
  reporting: startReportingRole,
  ocpp: startOcppRole,
  sep2: startSep2Role,
  loopback: startLoopbackRole,
  inverter: startInverterRole,
  thermostat: startThermostatRole,
} as const

export type Role = keyof typeof starters
export const roleNames = Object.keys(starters) as readonly Role[]
export const isRole = (name: string): name is Role => Object.hasOwn(starters, name)

export const startRole = (role: Role, parts: RoleParts): Promise<RunningRole> => starters[role](parts)
