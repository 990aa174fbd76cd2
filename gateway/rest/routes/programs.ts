/** POST /programs: records a version of the terms of a program. */
import { findContradictions } from '../../../processors/programs/validate.ts'
import { int, long, record, string } from '../../../schemas/avro.ts'
import { recordSchema } from '../../../schemas/json-schema.ts'
import { type ProgramChange, programChange } from '../../../schemas/programs.ts'
import { programsChanges } from '../../../topics/catalogue.ts'
import { hashId } from '../../../topics/ids.ts'
import { type RestContext, requireProgram } from '../access.ts'
import { appendOrProblem, type RestDeps } from '../deps.ts'
import { nameRequest, requireSameBody } from '../idempotency.ts'
import type { Operation } from '../operation.ts'
import { ProblemError } from '../problem.ts'
import { readBody, readValue, withDefaults } from '../read-body.ts'

const recorded = record('RecordedVersion', 'Where a version of terms stands on the log.', {
  changeId: string('The change.'),
  programId: string('Program.'),
  partition: int('Partition.'),
  offset: long('Offset.'),
})

const SOURCE = 'POST /programs'
const leftOut = {
  changeId: 'follows from the body, or the Idempotency-Key',
  withdrawn: false,
  recordedBy: 'your token',
  reason: '',
  source: SOURCE,
}

/** Ends with the hash of the body where a key came with it: the log itself then tells one body from another. */
const sourceOf = (bodyHash: string): string => (bodyHash === '' ? SOURCE : `${SOURCE} ${bodyHash}`)
const bodyHashOf = (source: string): string => source.slice(SOURCE.length + 1)

async function readChange(context: RestContext): Promise<{ readonly change: ProgramChange; readonly bodyHash: string }> {
  const token = context.get('token')
  const body = await readBody(context)
  const { requestId, bodyHash } = await nameRequest(context)
  const changeId = bodyHash === '' ? hashId(SOURCE, token.name, JSON.stringify(body)) : requestId
  const fixed = { recordedBy: token.name, ...(bodyHash === '' ? {} : { changeId, source: sourceOf(bodyHash) }) }
  const given = withDefaults(body, { changeId, withdrawn: false, reason: '', source: SOURCE }, fixed)
  return { change: readValue(programChange, given), bodyHash }
}

/** 201 once the version is durable; 422 naming every field that is missing, misspelt, or contradicts another. */
async function recordProgram(context: RestContext, deps: RestDeps): Promise<Response> {
  const { change, bodyHash } = await readChange(context)
  requireProgram(context.get('token'), change.programId)
  const faults = findContradictions(change.terms).map((fault) => `terms.${fault}`)
  if (faults.length > 0) throw new ProblemError(422, 'the terms contradict themselves', { faults })
  const { changeId, programId, source } = change
  const earlier = deps.changes.changeOf(changeId)
  if (earlier) requireSameBody({ requestId: changeId, bodyHash }, { bodyHash: bodyHashOf(earlier.source) })
  const { partition, offset } = earlier ?? (await appendOrProblem(deps, programsChanges, change))
  deps.changes.note(changeId, { partition, offset, source: source ?? '' })
  return context.json({ changeId, programId, partition, offset }, 201)
}

export const programOperations: readonly Operation[] = [
  {
    ...{ method: 'post', path: '/programs', operationId: 'recordProgram', scopes: ['operator', 'program'], idempotent: true },
    about: 'Records a version of the terms of a program.',
    body: (define) =>
      define('ProgramVersionRequest', () => recordSchema(programChange.shape.fields, 'Terms from a time on.', define, leftOut)),
    answers: { 201: { about: 'The version is durable.', body: recorded } },
    handle: recordProgram,
  },
]
