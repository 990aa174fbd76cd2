/** Tells the history of the device as far as dispatch looks at it, and what was decided on it. */
import type { EnrollmentChange } from '../../../schemas/enrollment.ts'
import { deviceConnections, programsChanges } from '../../../topics/catalogue.ts'
import type { Placed } from '../log/placed.ts'
import { type DeviceDecision, decisionsOf } from './decisions.ts'
import type { Evidence } from './evidence.ts'
import { atTime, during } from './format.ts'
import { knownTo, versionOf } from './known.ts'
import { reasonOf } from './reason.ts'
import { stateWords } from './state-words.ts'
import { type Step, stepsOf } from './step.ts'

const names: Readonly<Record<EnrollmentChange['kind'], string>> = {
  registered: 'registered',
  attributesChanged: 'attributes changed',
  moved: 'moved',
  enrolled: 'enrolled',
  unenrolled: 'un-enrolled',
  suspended: 'suspended',
  resumed: 'resumed',
  optedOut: 'opted out',
  optedIn: 'opted in',
  held: 'held by an operator',
  unheld: 'no longer held',
  terminated: 'terminated',
  utilityRegistration: 'registration with the utility',
}

function detailsOf(change: EnrollmentChange): readonly string[] {
  const { programId, eventId, attributes, siteId, meterId, resourceId, registration } = change
  const named: readonly (readonly [string, string | null])[] = [
    ['program', programId],
    ['event', eventId],
    ['site', siteId],
    ['meter', meterId],
    ['resource', resourceId],
    ['state', registration],
  ]
  const traits =
    attributes &&
    [attributes.protocol, attributes.vendor, attributes.model, `${attributes.ratedW} W`].filter((text) => text !== '').join(' ')
  return [...named.flatMap(([what, id]) => (id === null ? [] : [`${what} ${id}`])), ...(traits ? [traits] : [])]
}

function changeWords(change: EnrollmentChange, record: Placed<EnrollmentChange>, evidence: Evidence, decided: number): string {
  const { kind, effectiveFromMs, effectiveUntilMs, actor, actorId, reason } = change
  const refused = evidence.verdicts.find(({ value }) => value.changeOffset === record.offset && value.refusal !== null)?.value
  const parts = [
    `${names[kind]} ${[...detailsOf(change), during(effectiveFromMs, effectiveUntilMs)].join(', ')}`,
    `by ${actor} ${actorId}${reason ? ` (${reason})` : ''}`,
    ...(refused ? [`refused: ${refused.refusal}: ${refused.detail}`] : []),
    ...(decided >= 0 && record.offset > decided ? ['not known to any decision here'] : []),
  ]
  return parts.join('; ')
}

function citedWords(decision: DeviceDecision, evidence: Evidence): string {
  const { programId, termsVersion } = decision.record.value
  const version = versionOf(evidence, programId, termsVersion)
  const connection = evidence.connections.find(({ offset }) => offset === decision.epoch)
  const connected = connection ? `${connection.value.node}, ${atTime(connection.value.atMs)}` : 'its record is gone'
  return [
    `enrollment.changes up to offset ${decision.stateOffset}`,
    `terms version ${termsVersion}${version ? ` (${programsChanges.name}-0-${version.changeOffset})` : ''}`,
    decision.epoch < 0
      ? 'the device was not connected'
      : `connection ${deviceConnections.name}-${decision.record.partition}-${decision.epoch} (${connected})`,
  ].join(', ')
}

const triggers = { order: 'an order came', state: 'the device changed', tick: 'time passed' } as const

function tellDecision(decision: DeviceDecision, evidence: Evidence): Step {
  const { eventRevision, trigger, decidedMs, programId } = decision.record.value
  const known = knownTo(decision, evidence)
  const words = [
    `${decision.outcome}: ${reasonOf(decision, known)}`,
    decision.commandSeq > 0 ? `command ${decision.commandSeq} was written` : 'no command was written',
    `planned revision ${eventRevision} at ${atTime(decidedMs)} since ${triggers[trigger]}, knowing ${citedWords(decision, evidence)}`,
    known.device ? `the device then: ${stateWords(known.device, programId, evidence.eventId)}` : 'the changes that it knew are gone',
  ]
  const { templates: _, ...knew } = known.device ?? { templates: [] }
  return { chapter: 'decision', record: decision.record, words: words.join('; '), ...(known.device ? { knew } : {}) }
}

export function tellDevice(evidence: Evidence): readonly Step[] {
  const decisions = decisionsOf(evidence)
  const decided = Math.max(-1, ...decisions.map(({ stateOffset }) => stateOffset))
  return [
    ...stepsOf('device', evidence.changes, (change, record) => changeWords(change, record, evidence, decided)),
    ...decisions.map((decision) => tellDecision(decision, evidence)),
  ]
}
