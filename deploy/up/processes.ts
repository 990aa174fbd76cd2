/** The processes that a local stack consists of, and the roles that each plays. */

/** Few processes, since a laptop has few cores, but a file of meter readings shares none with a signal; any role can run alone with `drover run --roles`. */
export const processes = [
  { name: 'analytics', roles: ['analytics'] },
  { name: 'core', roles: ['control', 'enrollment', 'dispatch', 'acks'] },
  { name: 'metering', roles: ['telemetry', 'settlement'] },
  { name: 'edge', roles: ['rest', 'vtns', 'ocpp', 'sep2', 'loopback', 'inverter', 'thermostat', 'reporting'] },
] as const

/** Passes make much short-lived garbage; a young generation that holds a chunk of a pass halves the time that the collector takes. */
export const heapFlags = ['--max-semi-space-size=64']

export type ProcessName = (typeof processes)[number]['name']
