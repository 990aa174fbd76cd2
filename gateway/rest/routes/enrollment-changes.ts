/** POST /enrollment-changes: records facts about devices, and answers with the verdict on each. */
import { enumeration, type Infer, int, list, long, of, optional, record, string } from '../../../schemas/avro.ts'
import { type EnrollmentChange, enrollmentChange, refusal } from '../../../schemas/enrollment.ts'
import { fromJson } from '../../../schemas/from-json.ts'
import { recordSchema, shapeSchema } from '../../../schemas/json-schema.ts'
import { enrollmentChanges } from '../../../topics/catalogue.ts'
import type { RestContext } from '../access.ts'
import { appendOrProblem, limitOf, type RestDeps } from '../deps.ts'
import { type Body, type Operation, problem } from '../operation.ts'
import { ProblemError } from '../problem.ts'
import { readBody, withDefaults } from '../read-body.ts'
import type { Token } from '../tokens.ts'

const MOST_AT_ONCE = 1000

/** What the owner of a device may say about it. */
const ownersKinds: ReadonlySet<string> = new Set(['optedOut', 'optedIn', 'suspended', 'resumed'])

const result = record('ChangeResult', 'What became of a change.', {
  changeId: string('The change.'),
  deviceId: string('Device.'),
  partition: int('Partition of enrollment.changes.'),
  offset: long('Offset.'),
  verdict: of(enumeration('ChangeVerdict', ['accepted', 'refused', 'pending'], 'Taken, not taken, or not yet said.'), 'Verdict.'),
  refusal: optional(of(refusal, 'With refused: why.')),
  detail: string('More, where there is more.'),
})
type Result = Infer<typeof result>
const resultList = record('ChangeResults', 'One result per change, in their order.', { results: list(result, 'Results.') })

/** Everything in the body, or 422 with the faults of all changes; one bad change keeps the others from being written. */
function readChanges(body: unknown, token: Token): readonly EnrollmentChange[] {
  const items: readonly unknown[] = Array.isArray(body) ? body : [body]
  if (items.length === 0) throw new ProblemError(422, 'the list is empty')
  if (items.length > MOST_AT_ONCE)
    throw new ProblemError(422, `the list has ${items.length} changes; at most ${MOST_AT_ONCE} are taken at once`)
  const actor = token.scope === 'deviceOwner' ? 'customer' : 'operator'
  const parsed = items.map((item) => fromJson(enrollmentChange, withDefaults(item, { actor, actorId: token.name, reason: '' })))
  const faults = parsed.flatMap((one, index) =>
    one.ok ? [] : one.faults.map((fault) => (Array.isArray(body) ? `[${index}].${fault}` : fault)),
  )
  if (faults.length > 0) throw new ProblemError(422, `${faults.length} fault(s) in the body; nothing was recorded`, { faults })
  return parsed.flatMap((one) => (one.ok ? [one.value] : []))
}

/** The owner of a device speaks for that device only, as its customer. */
function speakingAs(token: Token, change: EnrollmentChange): EnrollmentChange {
  if (token.scope !== 'deviceOwner') return change
  if (!token.devices.includes(change.deviceId))
    throw new ProblemError(403, `deviceId: the token does not reach device "${change.deviceId}"`)
  if (!ownersKinds.has(change.kind))
    throw new ProblemError(403, `kind: an owner may say ${[...ownersKinds].join(', ')}; found "${change.kind}"`)
  return { ...change, actor: 'customer', actorId: token.name }
}

async function recordOne(change: EnrollmentChange, deps: RestDeps): Promise<Result> {
  const { deviceId, changeId } = change
  const watched = deps.verdicts.watch(deviceId, changeId)
  try {
    const { partition, offset } = await appendOrProblem(deps, enrollmentChanges, change)
    const found = await watched.verdictOf(offset, limitOf(deps))
    const verdict = !found ? 'pending' : found.refusal === null ? 'accepted' : 'refused'
    return { changeId, deviceId, partition, offset, verdict, refusal: found?.refusal ?? null, detail: found?.detail ?? '' }
  } finally {
    watched.cancel()
  }
}

/** 200 when all were accepted, 409 when one was refused, 202 when a verdict is still out; each with one result per change. */
async function recordChanges(context: RestContext, deps: RestDeps): Promise<Response> {
  const body = await readBody(context)
  const token = context.get('token')
  const changes = readChanges(body, token).map((change) => speakingAs(token, change))
  const results = await Promise.all(changes.map((change) => recordOne(change, deps)))
  const refused = results.filter(({ verdict }) => verdict === 'refused')
  if (refused.length > 0) {
    const [first] = refused
    const words = `${first?.changeId}: ${first?.refusal} ${first?.detail}`.trim()
    throw new ProblemError(409, refused.length === 1 ? words : `${words}; and ${refused.length - 1} more`, { results })
  }
  const pending = results.some(({ verdict }) => verdict === 'pending')
  return context.json(Array.isArray(body) ? { results } : (results[0] as Result), pending ? 202 : 200)
}

const oneOrMore: Body = (define) => {
  const one = define('EnrollmentChangeRequest', () =>
    recordSchema(enrollmentChange.shape.fields, 'A fact about a device.', define, { actor: 'operator', actorId: 'your token', reason: '' }),
  )
  return { anyOf: [one, { type: 'array', items: one, minItems: 1, maxItems: MOST_AT_ONCE }] }
}

const results: Body = (define) => ({ anyOf: [shapeSchema(result.shape, define), shapeSchema(resultList.shape, define)] })

export const enrollmentOperations: readonly Operation[] = [
  {
    ...{ method: 'post', path: '/enrollment-changes', operationId: 'recordEnrollmentChanges', scopes: ['operator', 'deviceOwner'] },
    about: 'Records facts about devices; each bears its own changeId, by which the same one is taken once.',
    body: oneOrMore,
    answers: {
      200: { about: 'All were accepted.', body: results },
      202: { about: 'All are durable; a verdict is still out.', body: results },
      409: problem('One was refused; results has one entry per change.'),
    },
    handle: recordChanges,
  },
]
