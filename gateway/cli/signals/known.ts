/** What the interpreter knew at a time, folded from the records as they stand: what today's code makes of them does not enter. */
import type { Notebook } from '../../../processors/interpreter/interpret.ts'
import { REMEMBER_MS } from '../../../processors/interpreter/processor.ts'
import { foldProgram } from '../../../processors/programs/fold.ts'
import { findContradictions } from '../../../processors/programs/validate.ts'
import type { Program } from '../../../schemas/programs.ts'
import type { SessionFact, UtilityEvent } from '../../../schemas/utility.ts'
import type { Located, SignalHistory } from './history.ts'

export interface KnownThen {
  learnEvent(event: UtilityEvent): void
  learnChange(change: SignalHistory['changes'][number]): void
  learnFact(fact: SessionFact): void
  learnVenId(vtnId: string, venId: string): void
  program(programId: string): Program | undefined
  /** `recorded`: what the input led to at the time; capacity is on the log there only, in the words of an answer. */
  notebook(nowMs: number, recorded: readonly UtilityEvent[]): Notebook
}

/** W that could be delivered, from the words of a record; whatever is enough where they do not say. */
function deliverableThen(recorded: readonly UtilityEvent[], theirEventId: string): number {
  const record = recorded.find((event) => event.theirEventId === theirEventId && event.optCause === 'tooLittleDeliverable')
  const watts = /: (\d+) W can be delivered/.exec(record?.optDetail ?? '')?.[1]
  return watts === undefined ? Number.POSITIVE_INFINITY : Number(watts)
}

export function createKnownThen(): KnownThen {
  const events = new Map<string, Map<string, UtilityEvent>>()
  const byId = new Map<string, UtilityEvent>()
  const programs = new Map<string, Program>()
  const taken = new Set<string>()
  const venIds = new Map<string, string>()
  const remembered = (nowMs: number) => (event: UtilityEvent | undefined) =>
    event && (event.openEnded || event.endMs >= nowMs - REMEMBER_MS) ? event : undefined

  return {
    learnEvent(event) {
      if ((event.kind !== 'event' && event.kind !== 'cancelled') || event.again) return
      const ofSender = events.get(event.vtnId) ?? new Map<string, UtilityEvent>()
      events.set(event.vtnId, ofSender.set(event.theirEventId, event))
      byId.set(event.eventId, event)
    },
    learnChange({ value: change, position }: Located<SignalHistory['changes'][number]['value']>) {
      if (taken.has(change.changeId) || findContradictions(change.terms).length > 0) return
      taken.add(change.changeId)
      programs.set(change.programId, foldProgram(programs.get(change.programId), change, position.offset))
    },
    learnFact({ vtnId, kind, registration }) {
      if (kind === 'registered' && registration) venIds.set(vtnId, registration.venId)
    },
    learnVenId: (vtnId, venId) => void venIds.set(vtnId, venId),
    program: (programId) => programs.get(programId),
    notebook(nowMs, recorded) {
      const keep = remembered(nowMs)
      return {
        programs: () => [...programs.values()].sort((a, b) => (a.programId < b.programId ? -1 : 1)),
        deliverableW: ({ theirEventId }) => deliverableThen(recorded, theirEventId),
        venIdOf: (vtnId) => venIds.get(vtnId),
        eventsOf: (sender) => new Map([...(events.get(sender) ?? [])].filter(([, event]) => keep(event))),
        eventOf: (sender, theirEventId) => keep(events.get(sender)?.get(theirEventId)),
        findEvent: (eventId) => keep(byId.get(eventId)),
      }
    },
  }
}
