/** The processes that a local stack consists of, and the roles that each plays. */

/** Few processes, since a laptop has few cores, but a file of meter readings shares none with a signal; any role can run alone with `drover run --roles`. */
export const processes = [
  { name: 'analytics', roles: ['analytics'] },
  { name: 'core', roles: ['control', 'enrollment', 'dispatch', 'acks'] },
  { name: 'metering', roles: ['telemetry', 'settlement'] },
  { name: 'edge', roles: ['rest', 'vtns', 'ocpp', 'sep2', 'loopback', 'inverter', 'thermostat', 'reporting'] },
] as const

export type ProcessName = (typeof processes)[number]['name']
