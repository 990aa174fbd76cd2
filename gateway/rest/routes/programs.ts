/** POST /programs: records a version of the terms of a program. */
import type { Hono } from 'hono'
import { findContradictions } from '../../../processors/programs/validate.ts'
import { programChange } from '../../../schemas/programs.ts'
import { programsChanges } from '../../../topics/catalogue.ts'
import { hashId } from '../../../topics/ids.ts'
import { allow, type RestEnv, requireProgram } from '../access.ts'
import { appendOrProblem, type RestDeps } from '../deps.ts'
import { ProblemError } from '../problem.ts'
import { readBody, readValue, withDefaults } from '../read-body.ts'

/** 201 once the version is durable; 422 naming every field that is missing, misspelt, or contradicts another. */
export function addProgramRoutes(app: Hono<RestEnv>, deps: RestDeps): void {
  app.post('/programs', allow(deps.tokens, 'operator', 'program'), async (context) => {
    const token = context.get('token')
    const body = await readBody(context)
    const change = readValue(
      programChange,
      withDefaults(body, {
        changeId: hashId('POST /programs', token.name, context.req.header('idempotency-key') ?? JSON.stringify(body)),
        withdrawn: false,
        recordedBy: token.name,
        reason: '',
        source: 'POST /programs',
      }),
    )
    requireProgram(token, change.programId)
    const faults = findContradictions(change.terms).map((fault) => `terms.${fault}`)
    if (faults.length > 0) throw new ProblemError(422, 'the terms contradict themselves', { faults })
    const { partition, offset } = await appendOrProblem(deps, programsChanges, { ...change, recordedBy: token.name })
    return context.json({ changeId: change.changeId, programId: change.programId, partition, offset }, 201)
  })
}
