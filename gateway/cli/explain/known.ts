/** Says what the dispatcher knew when it decided: event, terms, device, allocation, operator stops. */
import type { ProgramTerms } from '../../../schemas/program-terms.ts'
import type { DeviceDecision } from './decisions.ts'
import type { Evidence } from './evidence.ts'
import { foldDevice } from './fold-device.ts'
import type { Known } from './reason.ts'

/** The version that a decision cites, and the offset of the change that it came from; undefined = the program has no such version. */
export function versionOf(
  { programs }: Pick<Evidence, 'programs'>,
  programId: string,
  version: number,
): { readonly terms: ProgramTerms; readonly changeOffset: number } | undefined {
  return programs.findLast(({ value }) => value.programId === programId)?.value.versions.find((known) => known.version === version)
}

/** As of the orders and changes that the decision cites. */
export function knownTo(decision: DeviceDecision, evidence: Evidence): Known {
  const { eventRevision, programId, termsVersion, orderSeq } = decision.record.value
  const orders = evidence.orders.map(({ value }) => value).filter((order) => order.orderSeq <= orderSeq)
  return {
    event: evidence.events.findLast(({ value }) => value.revision === eventRevision)?.value,
    terms: versionOf(evidence, programId, termsVersion)?.terms,
    device: foldDevice(evidence, decision.stateOffset),
    allocation: orders.flatMap(({ allocations }) => allocations).findLast(({ eventId }) => eventId === evidence.eventId),
    holds: orders.at(-1)?.holds ?? [],
  }
}
