/** Decides what the utility is answered about an event, by the terms of its program; the reason goes on the record. */
import type { OptCause, ProgramTerms } from '../../schemas/program-terms.ts'
import type { UtilityEvent } from '../../schemas/utility.ts'
import { gateOf } from '../dispatch/time-gate.ts'

/** The part of an event that says what was answered. */
export type Opted = Pick<UtilityEvent, 'opt' | 'optCause' | 'optDetail' | 'optDeadlineMs' | 'optRequest' | 'ordered'>

/** Power that the program could move at the levels of the event, W. */
export type DeliverableW = (event: UtilityEvent, terms: ProgramTerms) => number

const PERMILLE = 1000

/**
 * Whether devices are to be planned for an event with this answer. One that breaks the terms goes to them all the same: each
 * records its decision why it is not called.
 */
const goesToDevices = (opt: UtilityEvent['opt'], optCause: OptCause | null): boolean => opt === 'optIn' || optCause === 'termsBroken'

/** An answer that stands; what devices know of the event they go on knowing. */
export function decided(
  before: UtilityEvent | undefined,
  opt: NonNullable<UtilityEvent['opt']>,
  optCause: OptCause,
  optDetail: string,
  optRequest: UtilityEvent['optRequest'] = null,
): Opted {
  return { opt, optCause, optDetail, optDeadlineMs: null, optRequest, ordered: before?.ordered === true || goesToDevices(opt, optCause) }
}

/** A start that was announced in time needs no second notice, unless a change brings it forward. */
function noticeFromMs(event: UtilityEvent, before: UtilityEvent | undefined): number {
  if (before?.kind !== 'event' || event.startMs < before.startMs) return event.receivedMs
  return before.optCause === 'termsBroken' ? before.receivedMs : Number.NEGATIVE_INFINITY
}

function brokenTerm(event: UtilityEvent, before: UtilityEvent | undefined, terms: ProgramTerms): string | undefined {
  switch (gateOf(event, terms, noticeFromMs(event, before))) {
    case null:
      return undefined
    case 'noticeTooShort':
      return `noticeS: the program needs ${terms.noticeS} s before the start; received ${Math.floor((event.startMs - event.receivedMs) / 1000)} s before`
    default:
      return 'season, day type, hours or duration: the event lies outside of what the program allows'
  }
}

function missingPower(event: UtilityEvent, terms: ProgramTerms, deliverableW: DeliverableW): string | undefined {
  const wantedW = event.targetW ?? terms.nominatedW
  if (terms.minDeliverablePermille <= 0 || wantedW === null) return undefined
  const foundW = deliverableW(event, terms)
  if (foundW * PERMILLE >= wantedW * terms.minDeliverablePermille) return undefined
  return `minDeliverablePermille: ${foundW} W can be delivered, which is less than ${terms.minDeliverablePermille} thousandths of ${wantedW} W`
}

/**
 * The answer to an event that was just understood. With optPolicy operator it is left open until the deadline:
 *
 *     received ├──── optDeadlineS: approve or decline ────┤ optDefault
 */
export function optOf(event: UtilityEvent, before: UtilityEvent | undefined, terms: ProgramTerms, deliverableW: DeliverableW): Opted {
  const broken = brokenTerm(event, before, terms)
  if (broken !== undefined) return decided(before, 'optOut', 'termsBroken', broken)
  const missing = missingPower(event, terms, deliverableW)
  if (missing !== undefined) return decided(before, 'optOut', 'tooLittleDeliverable', missing)
  if (terms.optPolicy === 'automatic') return decided(before, 'optIn', 'automatic', 'optPolicy: automatic')
  return {
    opt: null,
    optCause: null,
    optDetail: `optPolicy: operator; without a word by the deadline ${terms.optDefault}`,
    optDeadlineMs: event.receivedMs + terms.optDeadlineS * 1000,
    optRequest: null,
    ordered: before?.ordered === true,
  }
}
