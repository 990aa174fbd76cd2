/** The keys that many topics share, each beside the field that it is. */

export const byDevice = {
  keyedBy: 'deviceId',
  key: (value: { readonly deviceId: string }) => value.deviceId,
} as const
export const byUnit = {
  keyedBy: 'unitId',
  key: (value: { readonly unitId: string }) => value.unitId,
} as const
export const byProgram = {
  keyedBy: 'programId',
  key: (value: { readonly programId: string }) => value.programId,
  partitioning: 'one',
} as const
export const byVtn = {
  keyedBy: 'vtnId',
  key: (value: { readonly vtnId: string }) => value.vtnId,
  partitioning: 'one',
} as const
export const byRequester = {
  keyedBy: 'requester',
  key: (value: { readonly requester: string }) => value.requester,
  partitioning: 'one',
} as const
export const byEvent = {
  keyedBy: 'eventId',
  key: (value: { readonly eventId: string }) => value.eventId,
  partitioning: 'one',
} as const
export const byProgramAndPartition = {
  keyedBy: 'programId+partition',
  key: (value: { readonly programId: string; readonly partition: number }) => `${value.programId}+${value.partition}`,
  partitioning: 'one',
} as const
export const byEventAndPartition = {
  keyedBy: 'eventId+partition',
  key: (value: { readonly eventId: string; readonly partition: number }) => `${value.eventId}+${value.partition}`,
  partitioning: 'one',
} as const
