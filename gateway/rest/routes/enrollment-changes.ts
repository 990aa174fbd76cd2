/** POST /enrollment-changes: records facts about devices, and answers with the verdict on each. */
import type { Hono } from 'hono'
import { type EnrollmentChange, type EnrollmentVerdict, enrollmentChange } from '../../../schemas/enrollment.ts'
import { fromJson } from '../../../schemas/from-json.ts'
import { enrollmentChanges } from '../../../topics/catalogue.ts'
import { allow, type RestEnv } from '../access.ts'
import { appendOrProblem, limitOf, type RestDeps } from '../deps.ts'
import { ProblemError } from '../problem.ts'
import { readBody, withDefaults } from '../read-body.ts'
import type { Token } from '../tokens.ts'

const MOST_AT_ONCE = 1000

/** What the owner of a device may say about it. */
const ownersKinds: ReadonlySet<string> = new Set(['optedOut', 'optedIn', 'suspended', 'resumed'])

interface Result {
  readonly changeId: string
  readonly deviceId: string
  readonly partition: number
  readonly offset: number
  readonly verdict: 'accepted' | 'refused' | 'pending'
  readonly refusal: EnrollmentVerdict['refusal']
  readonly detail: string
}

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

async function record(change: EnrollmentChange, deps: RestDeps): Promise<Result> {
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
export function addEnrollmentChangeRoutes(app: Hono<RestEnv>, deps: RestDeps): void {
  app.post('/enrollment-changes', allow(deps.tokens, 'operator', 'deviceOwner'), async (context) => {
    const body = await readBody(context)
    const token = context.get('token')
    const changes = readChanges(body, token).map((change) => speakingAs(token, change))
    const results = await Promise.all(changes.map((change) => record(change, deps)))
    const refused = results.filter(({ verdict }) => verdict === 'refused')
    if (refused.length > 0) {
      const [first] = refused
      const words = `${first?.changeId}: ${first?.refusal} ${first?.detail}`.trim()
      throw new ProblemError(409, refused.length === 1 ? words : `${words}; and ${refused.length - 1} more`, { results })
    }
    const pending = results.some(({ verdict }) => verdict === 'pending')
    return context.json(Array.isArray(body) ? { results } : (results[0] as Result), pending ? 202 : 200)
  })
}
