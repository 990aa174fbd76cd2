/** Records of the registry and of enrollment: immutable changes, verdicts on them, and the folded state of a device. */
import { boolean, bytes, enumeration, type Infer, int, list, long, map, of, optional, record, string } from './avro.ts'
import { actorKind, protocol } from './common.ts'

export const deviceAttributes = record('DeviceAttributes', 'What a device or meter is; no personal data.', {
  protocol: of(protocol, 'Which connector speaks to it; none = meter.'),
  vendor: string('Vendor, for holds and breakers.'),
  model: string('Model.'),
  ratedW: long('Rated power, W.'),
  standingLimitW: optional(long('Limit that always holds, W; a DR limit never goes above it.')),
  minimumW: long('Least power between which and 0 it cannot run, W; 0 = none.'),
  phases: int('1, 2 or 3.'),
  voltageV: int('Phase voltage, V.'),
  limitUnit: of(enumeration('LimitUnit', ['W', 'A', 'percent'], 'Unit the device takes limits in.'), 'Unit of limits.'),
  cadenceS: int('Expected seconds between telemetry values; 0 = none expected.'),
  credential: string('Reference to the credential it is reached by; never the secret.'),
  placeId: string('Place (feeder, substation, zone) for targets and holds.'),
  extra: map(string('Value.'), 'Protocol-specific traits, read by that protocol only.'),
})
export type DeviceAttributes = Infer<typeof deviceAttributes>

export const changeKind = enumeration(
  'ChangeKind',
  [
    'registered',
    'attributesChanged',
    'moved',
    'enrolled',
    'unenrolled',
    'suspended',
    'resumed',
    'optedOut',
    'optedIn',
    'held',
    'unheld',
    'terminated',
    'utilityRegistration',
  ],
  'What happened. optedOut and optedIn are about one event; held is an operator stop; utilityRegistration is the life cycle at the utility.',
)
export type ChangeKind = Infer<typeof changeKind>

export const utilityRegistration = enumeration(
  'UtilityRegistration',
  ['none', 'applied', 'submitted', 'confirmed', 'rejected', 'ended'],
  'Life cycle of the registration with the utility.',
)

export const enrollmentChange = record(
  'EnrollmentChange',
  'A fact about a device; the only way its state ever changes. Recorded at the record time, effective from effectiveFromMs.',
  {
    changeId: string('De-duplicates: the same id is taken once.'),
    deviceId: string('Device or meter.'),
    kind: of(changeKind, 'What happened.'),
    effectiveFromMs: long('First instant, epoch ms UTC.'),
    effectiveUntilMs: optional(long('End, exclusive, epoch ms UTC; null = open.')),
    programId: optional(string('Program, where the change is about one; null on suspended, resumed, held = all.')),
    eventId: optional(string('Event (ours), with optedOut and optedIn.')),
    attributes: optional(of(deviceAttributes, 'With registered and attributesChanged.')),
    siteId: optional(string('With registered and moved.')),
    meterId: optional(string('Meter that settles the device, with registered and moved.')),
    resourceId: optional(string('Resource (aggregation the utility knows), with enrolled and moved.')),
    registration: optional(of(utilityRegistration, 'With utilityRegistration.')),
    actor: of(actorKind, 'What sort of party.'),
    actorId: string('Opaque id of the party.'),
    reason: string('Why.'),
  },
)
export type EnrollmentChange = Infer<typeof enrollmentChange>

export const refusal = enumeration(
  'EnrollmentRefusal',
  [
    'duplicate',
    'unknownDevice',
    'alreadyRegistered',
    'unknownProgram',
    'notEnrolled',
    'alreadyEnrolled',
    'terminated',
    'missingField',
    'invalidPeriod',
    'invalidAttributes',
    'noTemplate',
    'notCommandable',
  ],
  'Why a change was not taken.',
)
export type EnrollmentRefusal = Infer<typeof refusal>

export const enrollmentVerdict = record('EnrollmentVerdict', 'Whether a change was taken.', {
  changeId: string('The change.'),
  deviceId: string('Device.'),
  changeOffset: long('Offset of the change on enrollment.changes.'),
  refusal: optional(of(refusal, 'null = accepted.')),
  detail: string('Which field and why; a warning where one is due.'),
})
export type EnrollmentVerdict = Infer<typeof enrollmentVerdict>

export const template = record('Template', 'A payload rendered at enrollment, with slots for times, ids and declared numbers.', {
  programId: string('Program whose levels it renders.'),
  level: string('Level, or "release".'),
  mode: string('Device mode; empty = any.'),
  limitW: long('Limit this level means for the device, W.'),
  hash: string('Content hash; equal payloads are held once.'),
  payload: bytes('Payload in the form of the protocol.'),
})
export type Template = Infer<typeof template>

const period = {
  fromMs: long('First instant, epoch ms UTC.'),
  untilMs: optional(long('End, exclusive, epoch ms UTC; null = open.')),
}

export const enrollment = record('Enrollment', 'A device in a program for a time.', {
  programId: string('Program.'),
  resourceId: optional(string('Resource it belongs to.')),
  ...period,
  registration: of(utilityRegistration, 'Where its registration with the utility stands.'),
  termsVersion: int('Version of the terms that the templates were rendered from.'),
})
export type Enrollment = Infer<typeof enrollment>

export const suspension = record('Suspension', 'A time in which a device takes part in nothing.', {
  programId: optional(string('Program; null = all.')),
  held: boolean('True: an operator hold.'),
  ...period,
})
export type Suspension = Infer<typeof suspension>

export const optOut = record('OptOut', 'A device left one event.', {
  eventId: string('Event (ours).'),
  actor: of(actorKind, 'device = an override at the device itself.'),
  ...period,
})
export type OptOut = Infer<typeof optOut>

export const membership = record('Membership', 'Where a device was, for a time.', {
  siteId: string('Site.'),
  meterId: optional(string('Meter that settles it.')),
  ...period,
})
export type Membership = Infer<typeof membership>

export const deviceState = record(
  'DeviceState',
  'A device now, in all its programs, with its rendered templates; the fold of its changes.',
  {
    deviceId: string('Device or meter.'),
    attributes: of(deviceAttributes, 'As last recorded.'),
    memberships: list(membership, 'Sites and meters over time, earliest first.'),
    enrollments: list(enrollment, 'Programs over time, earliest first.'),
    suspensions: list(suspension, 'Suspensions and holds over time.'),
    optOuts: list(optOut, 'Events left.'),
    templates: list(template, 'Payloads per program, level and mode.'),
    registeredMs: long('First effective, epoch ms UTC.'),
    terminatedMs: optional(long('Terminated from, epoch ms UTC.')),
    lastChangeOffset: long('Offset of the last enrollment.changes record folded in.'),
  },
)
export type DeviceState = Infer<typeof deviceState>
