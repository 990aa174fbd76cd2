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
