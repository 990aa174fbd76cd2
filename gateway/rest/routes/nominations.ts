/** POST /nominations: records what units promise to deliver, by period. */
import { findNominationFaults } from '../../../processors/settlement/nominations.ts'
import { type Infer, int, list, long, of, record, string } from '../../../schemas/avro.ts'
import { fromJson } from '../../../schemas/from-json.ts'
import { recordSchema, shapeSchema } from '../../../schemas/json-schema.ts'
import { type SettlementNomination, settlementNomination } from '../../../schemas/settlement.ts'
import { settlementNominations } from '../../../topics/catalogue.ts'
import { hashId } from '../../../topics/ids.ts'
import { type RestContext, requireProgram } from '../access.ts'
import { appendOrProblem, type RestDeps } from '../deps.ts'
import type { Body, Operation } from '../operation.ts'
import { ProblemError } from '../problem.ts'
import { readBody, withDefaults } from '../read-body.ts'

const MOST_AT_ONCE = 1000
const SOURCE = 'POST /nominations'

const recorded = record('RecordedNomination', 'Where a nomination stands on the log.', {
  nominationId: string('The nomination.'),
  programId: string('Program.'),
  unitId: string('Unit.'),
  partition: int('Partition of settlement.nominations.'),
  offset: long('Offset.'),
})
const recordedList = record('RecordedNominations', 'One per nomination, in their order.', {
  results: list(of(recorded, 'One.'), 'Where each stands.'),
})

/** Everything in the body, or 422 with the faults of all of it; one that is not taken keeps the others from being written. */
async function readNominations(context: RestContext, deps: RestDeps, nowMs: number) {
  const token = context.get('token')
  const body = await readBody(context)
  const items: readonly unknown[] = Array.isArray(body) ? body : [body]
  if (items.length === 0 || items.length > MOST_AT_ONCE)
    throw new ProblemError(422, `the list has ${items.length} nominations; 1 to ${MOST_AT_ONCE} are taken at once`)
  const faults: string[] = []
  const nominations = items.flatMap((item, index) => {
    const defaults = { nominationId: hashId(SOURCE, token.name, JSON.stringify(item)), reason: '', source: SOURCE }
    const parsed = fromJson(settlementNomination, withDefaults(item, defaults, { recordedBy: token.name }))
    const found = parsed.ok ? findNominationFaults(parsed.value, deps.programs.programOf(parsed.value.programId), nowMs) : parsed.faults
    faults.push(...found.map((fault) => (Array.isArray(body) ? `[${index}].${fault}` : fault)))
    return parsed.ok ? [parsed.value] : []
  })
  if (faults.length > 0) throw new ProblemError(422, `${faults.length} fault(s) in the body; nothing was recorded`, { faults })
  return { nominations, isList: Array.isArray(body) }
}

async function recordOne(nomination: SettlementNomination, deps: RestDeps, nowMs: number): Promise<Infer<typeof recorded>> {
  const { nominationId, programId, unitId } = nomination
  const { partition, offset } = await appendOrProblem(deps, settlementNominations, nomination, { timestampMs: nowMs })
  return { nominationId, programId, unitId, partition, offset }
}

/** 201 once all are durable. */
async function recordNominations(context: RestContext, deps: RestDeps): Promise<Response> {
  // The time that faults are judged by is the time of receipt on the log, by which settlement judges.
  const nowMs = deps.clock.nowMs()
  const { nominations, isList } = await readNominations(context, deps, nowMs)
  for (const { programId } of nominations) requireProgram(context.get('token'), programId)
  const results = await Promise.all(nominations.map((nomination) => recordOne(nomination, deps, nowMs)))
  return isList ? context.json({ results }, 201) : context.json(results[0], 201)
}

const leftOut = { nominationId: 'follows from the body', recordedBy: 'your token', reason: '', source: SOURCE }
const oneOrMore: Body = (define) => {
  const one = define('NominationRequest', () =>
    recordSchema(settlementNomination.shape.fields, 'What a unit promises to deliver in a period.', define, leftOut),
  )
  return { anyOf: [one, { type: 'array', items: one, minItems: 1, maxItems: MOST_AT_ONCE }] }
}
const results: Body = (define) => ({ anyOf: [shapeSchema(recorded.shape, define), shapeSchema(recordedList.shape, define)] })

export const nominationOperations: readonly Operation[] = [
  {
    ...{ method: 'post', path: '/nominations', operationId: 'recordNominations', scopes: ['operator', 'program'] },
    about: 'Records what units promise to deliver; the same period again is replaced until it is frozen.',
    body: oneOrMore,
    answers: { 201: { about: 'All are durable.', body: results } },
    handle: recordNominations,
  },
]
