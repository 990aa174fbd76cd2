/** The processes that a local stack consists of, and the roles that each plays. */

/** Few processes, since a laptop has few cores; any role can run alone with `drover run --roles`. */
export const processes = [
  { name: 'analytics', roles: ['analytics'] },
  { name: 'core', roles: ['control', 'enrollment', 'dispatch', 'acks', 'telemetry', 'settlement'] },
  { name: 'edge', roles: ['rest', 'vtns', 'ocpp', 'loopback', 'reporting'] },
] as const

export type ProcessName = (typeof processes)[number]['name']
