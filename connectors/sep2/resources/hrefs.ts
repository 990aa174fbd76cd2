/** Where each resource of the tree is: one place for what links say and what requests ask for. */

const of = (deviceId: string): string => `/edev/${encodeURIComponent(deviceId)}`
const program = (deviceId: string, programId: string): string => `${of(deviceId)}/derp/${encodeURIComponent(programId)}`

export const hrefs = {
  deviceCapability: '/dcap',
  time: '/tm',
  endDevices: '/edev',
  usagePoints: '/mup',
  usagePoint: (id: string) => `/mup/${id}`,
  endDevice: of,
  registration: (deviceId: string) => `${of(deviceId)}/rg`,
  assignments: (deviceId: string) => `${of(deviceId)}/fsa`,
  assignment: (deviceId: string) => `${of(deviceId)}/fsa/1`,
  programs: (deviceId: string) => `${of(deviceId)}/derp`,
  program,
  controls: (deviceId: string, programId: string) => `${program(deviceId, programId)}/derc`,
  control: (deviceId: string, programId: string, mRID: string) => `${program(deviceId, programId)}/derc/${mRID}`,
  activeControls: (deviceId: string, programId: string) => `${program(deviceId, programId)}/actderc`,
  defaultControl: (deviceId: string, programId: string) => `${program(deviceId, programId)}/dderc`,
  ders: (deviceId: string) => `${of(deviceId)}/der`,
  der: (deviceId: string) => `${of(deviceId)}/der/1`,
  derPart: (deviceId: string, part: string) => `${of(deviceId)}/der/1/${part}`,
  responseSets: (deviceId: string) => `${of(deviceId)}/rsps`,
  responseSet: (deviceId: string) => `${of(deviceId)}/rsps/1`,
  responses: (deviceId: string) => `${of(deviceId)}/rsps/1/rsp`,
  response: (deviceId: string, id: string) => `${of(deviceId)}/rsps/1/rsp/${id}`,
  logEvents: (deviceId: string) => `${of(deviceId)}/lel`,
  logEvent: (deviceId: string, id: string) => `${of(deviceId)}/lel/${id}`,
  subscriptions: (deviceId: string) => `${of(deviceId)}/sub`,
  subscription: (deviceId: string, id: string) => `${of(deviceId)}/sub/${id}`,
} as const

/** Where each part of a DER is, as the examples of the standard have it. */
export const derParts = {
  dercap: 'DERCapability',
  derg: 'DERSettings',
  ders: 'DERStatus',
  dera: 'DERAvailability',
} as const

/** The device that a path is below; '' = none. */
export function deviceOfPath(path: string): string {
  const encoded = /^\/edev\/([^/]+)/.exec(path)?.[1]
  try {
    return encoded === undefined ? '' : decodeURIComponent(encoded)
  } catch {
    return ''
  }
}
