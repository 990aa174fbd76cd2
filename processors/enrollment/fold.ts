/** Folds one change into the state of its device, or says why it is refused. Templates are not its business. */
import type { ChangeKind, DeviceAttributes, DeviceState, EnrollmentChange, EnrollmentRefusal } from '../../schemas/enrollment.ts'
import { findAttributeFaults } from './attributes.ts'
import { covers, endAt, insertAt, overlaps, type Period } from './period.ts'

/** Why a change is not taken, naming the field. */
export interface Refused {
  readonly refusal: EnrollmentRefusal
  readonly detail: string
}

export type Folded = DeviceState | Refused

const refuse = (refusal: EnrollmentRefusal, detail: string): Refused => ({ refusal, detail })

const periodOf = (change: EnrollmentChange): Period => ({ fromMs: change.effectiveFromMs, untilMs: change.effectiveUntilMs })

type Fold = (state: DeviceState, change: EnrollmentChange) => Folded

/** Whether an entry about `programId` (null = all programs) is meant by a change about `named` (null = all). */
const meant = (programId: string | null, named: string | null): boolean => named === null || programId === null || programId === named

function onAttributes(state: DeviceState, change: EnrollmentChange): Folded {
  if (!change.attributes) return refuse('missingField', 'attributes: is missing')
  const faults = findAttributeFaults(change.attributes)
  if (faults.length > 0) return refuse('invalidAttributes', faults.join('; '))
  return { ...state, attributes: change.actor === 'device' ? fillIn(state.attributes, change.attributes) : change.attributes }
}

/** What a device says of itself fills in traits that its registration leaves open, and overrules none; it may have been asked before the last change. */
function fillIn(registered: DeviceAttributes, stated: DeviceAttributes): DeviceAttributes {
  const open = Object.entries(stated.extra).filter(([name]) => (registered.extra[name] ?? '') === '')
  return { ...registered, extra: { ...registered.extra, ...Object.fromEntries(open) } }
}

/** A move with programId changes the resource of that enrollment; one with siteId changes site and meter. */
function onMoved(state: DeviceState, change: EnrollmentChange): Folded {
  const { siteId, programId, meterId, resourceId } = change
  if (siteId === null && programId === null) return refuse('missingField', 'siteId: is missing; or name programId and resourceId')
  const memberships = siteId === null ? state.memberships : insertAt(state.memberships, { siteId, meterId, ...periodOf(change) })
  if (programId === null) return { ...state, memberships }
  const current = state.enrollments.find((enrollment) => enrollment.programId === programId && covers(enrollment, change.effectiveFromMs))
  if (!current) return refuse('notEnrolled', `programId: not enrolled in ${programId} at that time`)
  const others = state.enrollments.filter((enrollment) => enrollment.programId !== programId)
  const own = state.enrollments.filter((enrollment) => enrollment.programId === programId)
  const enrollments = [...others, ...insertAt(own, { ...current, resourceId, fromMs: change.effectiveFromMs, untilMs: current.untilMs })]
  return { ...state, memberships, enrollments: enrollments.sort((a, b) => a.fromMs - b.fromMs) }
}

function onEnrolled(state: DeviceState, change: EnrollmentChange): Folded {
  const { programId, resourceId } = change
  if (programId === null) return refuse('missingField', 'programId: is missing')
  if (state.attributes.protocol === 'none')
    return refuse('notCommandable', `deviceId: ${state.deviceId} is a meter; enroll the devices behind it`)
  const period = periodOf(change)
  if (state.enrollments.some((known) => known.programId === programId && overlaps(known, period)))
    return refuse('alreadyEnrolled', `programId: already in ${programId} during that time`)
  const entry = { programId, resourceId, ...period, registration: change.registration ?? 'none', termsVersion: 0 }
  return { ...state, enrollments: [...state.enrollments, entry].sort((a, b) => a.fromMs - b.fromMs) }
}

function onUnenrolled(state: DeviceState, change: EnrollmentChange): Folded {
  const { programId, effectiveFromMs } = change
  if (programId === null) return refuse('missingField', 'programId: is missing')
  const enrollments = endAt(state.enrollments, effectiveFromMs, (known) => known.programId === programId)
  const changed = enrollments.length !== state.enrollments.length || enrollments.some((entry, index) => entry !== state.enrollments[index])
  return changed ? { ...state, enrollments } : refuse('notEnrolled', `programId: not enrolled in ${programId} at that time`)
}

const stop =
  (held: boolean): Fold =>
  (state, change) => ({ ...state, suspensions: [...state.suspensions, { programId: change.programId, held, ...periodOf(change) }] })

const unstop =
  (held: boolean): Fold =>
  (state, change) => ({
    ...state,
    suspensions: endAt(
      state.suspensions,
      change.effectiveFromMs,
      (known) => known.held === held && meant(known.programId, change.programId),
    ),
  })

function onOptedOut(state: DeviceState, change: EnrollmentChange): Folded {
  if (change.eventId === null) return refuse('missingField', 'eventId: is missing')
  return { ...state, optOuts: [...state.optOuts, { eventId: change.eventId, actor: change.actor, ...periodOf(change) }] }
}

function onOptedIn(state: DeviceState, change: EnrollmentChange): Folded {
  if (change.eventId === null) return refuse('missingField', 'eventId: is missing')
  return { ...state, optOuts: endAt(state.optOuts, change.effectiveFromMs, (known) => known.eventId === change.eventId) }
}

function onUtilityRegistration(state: DeviceState, change: EnrollmentChange): Folded {
  const { programId, registration } = change
  if (programId === null || registration === null)
    return refuse('missingField', `${programId === null ? 'programId' : 'registration'}: is missing`)
  const enrollments = state.enrollments.map((known) =>
    known.programId === programId && covers(known, change.effectiveFromMs) ? { ...known, registration } : known,
  )
  return { ...state, enrollments }
}

const folds: Readonly<Record<Exclude<ChangeKind, 'registered'>, Fold>> = {
  attributesChanged: onAttributes,
  moved: onMoved,
  enrolled: onEnrolled,
  unenrolled: onUnenrolled,
  suspended: stop(false),
  resumed: unstop(false),
  held: stop(true),
  unheld: unstop(true),
  optedOut: onOptedOut,
  optedIn: onOptedIn,
  terminated: (state, change) => ({ ...state, terminatedMs: change.effectiveFromMs }),
  utilityRegistration: onUtilityRegistration,
}

function register(change: EnrollmentChange): Folded {
  const { deviceId, attributes, siteId, meterId, effectiveFromMs } = change
  if (!attributes || siteId === null) return refuse('missingField', `${attributes ? 'siteId' : 'attributes'}: is missing`)
  const faults = findAttributeFaults(attributes)
  if (faults.length > 0) return refuse('invalidAttributes', faults.join('; '))
  const memberships = [{ siteId, meterId, fromMs: effectiveFromMs, untilMs: null }]
  return {
    deviceId,
    attributes,
    memberships,
    enrollments: [],
    suspensions: [],
    optOuts: [],
    templates: [],
    registeredMs: effectiveFromMs,
    terminatedMs: null,
    lastChangeOffset: 0,
  }
}

/** The state after the change; the state given is untouched. */
export function foldChange(state: DeviceState | undefined, change: EnrollmentChange, changeOffset: number): Folded {
  if (change.effectiveUntilMs !== null && change.effectiveUntilMs <= change.effectiveFromMs)
    return refuse('invalidPeriod', 'effectiveUntilMs: is not after effectiveFromMs')
  if (state && change.kind === 'registered') return refuse('alreadyRegistered', `deviceId: ${change.deviceId} is registered`)
  if (!state && change.kind !== 'registered') return refuse('unknownDevice', `deviceId: ${change.deviceId} was never registered`)
  if (state?.terminatedMs !== null && state?.terminatedMs !== undefined)
    return refuse('terminated', `deviceId: ${change.deviceId} is terminated`)
  const folded = state && change.kind !== 'registered' ? folds[change.kind](state, change) : register(change)
  return 'refusal' in folded ? folded : { ...folded, lastChangeOffset: changeOffset }
}
