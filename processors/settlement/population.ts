/** Says which units an event reached how far, and whom a program settles. */
import type { DecisionBlock } from '../../schemas/dispatch.ts'
import type { ProgramTerms } from '../../schemas/program-terms.ts'
import type { UnitInEvent } from './state.ts'

type Reach = UnitInEvent['reach']
type Outcome = DecisionBlock['outcomes'][number]

const ORDER: readonly Reach[] = ['called', 'dispatched', 'participated']

/** Whether `reach` goes at least as far as `least`. */
export function reaches(reach: Reach, least: Reach): boolean {
  return ORDER.indexOf(reach) >= ORDER.indexOf(least)
}

export function furthest(a: Reach, b: Reach): Reach {
  return reaches(a, b) ? a : b
}

/** How far a decision brings a device; null: the event is none of its business. */
export function reachOfDecision(outcome: Outcome): Reach | null {
  switch (outcome) {
    case 'sent':
    case 'sentAtRisk':
    case 'released':
      return 'dispatched'
    case 'notEnrolled':
    case 'notYetEffective':
    case 'terminated':
    case 'notTargeted':
      return null
    default:
      return 'called'
  }
}

/**
 * registered: every unit that the event was addressed to while enrolled. dispatched: those that were sent a command. participated:
 * those that took it; of a resource or meter it is only known that a device of it was dispatched, which is enough.
 */
export function isSettled(population: ProgramTerms['population'], unit: Pick<UnitInEvent, 'unitKind' | 'reach'>): boolean {
  if (population === 'registered') return true
  const least = population === 'participated' && unit.unitKind === 'device' ? 'participated' : 'dispatched'
  return reaches(unit.reach, least)
}
