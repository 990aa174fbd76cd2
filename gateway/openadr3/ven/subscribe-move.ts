/** Makes the move "subscribe": asks the VTN to call us when programs or events change, once per program, however often we start. */

import { untroubled } from '../../retry/trouble.ts'
import { decodeList } from '../decode.ts'
import { type SubscriptionObject, subscription } from '../model/party.ts'
import type { Revision } from '../revision.ts'
import type { Refusal } from '../wire/client.ts'
import { readPages } from './pages.ts'
import { type Callback, putOff, type Session, type SessionDeps } from './talk.ts'

/** openadr3.yaml of 3.0.1 and 3.1; 3.0.0 named them by their methods. */
const operations = ['CREATE', 'UPDATE', 'DELETE']
const wordings: Readonly<Record<Revision, readonly (readonly string[])[]>> = {
  '3.0': [operations, ['POST', 'PUT', 'DELETE']],
  '3.1': [operations],
}

const subscriptionOf = (clientName: string, programID: string, { url, token }: Callback, words: readonly string[]): object => ({
  objectType: 'SUBSCRIPTION',
  clientName,
  programID,
  objectOperations: [{ objects: ['PROGRAM', 'EVENT'], operations: words, callbackUrl: url, bearerToken: token }],
})

/** Those that an earlier process of ours made; the token in them may be an old one, which the VTN does not show. */
async function findOurs({ client, venName }: SessionDeps): Promise<readonly SubscriptionObject[] | Omit<Refusal, 'kind'>> {
  const read = await readPages(client, `subscriptions?${new URLSearchParams({ clientName: venName })}`)
  if (read.kind === 'unusable') return read
  return read.parts.flatMap(decodeList).flatMap((json) => {
    const found = subscription.safeParse(json)
    return found.success && found.data.clientName === venName ? [found.data] : []
  })
}

/** undefined: it was taken, in one wording or another. */
async function write(deps: SessionDeps, callback: Callback, programID: string, id: string | undefined): Promise<Refusal | undefined> {
  let refusal: Refusal | undefined
  for (const words of wordings[deps.revision]) {
    const body = subscriptionOf(deps.venName, programID, callback, words)
    const reply = await (id === undefined
      ? deps.client.write('POST', 'subscriptions', body)
      : deps.client.write('PUT', `subscriptions/${id}`, body))
    if (reply.kind === 'answered') return undefined
    refusal = reply
    if (reply.status !== 400) break
  }
  return refusal
}

/** No such path, method or function at this VTN. */
const hasNone = (status: number): boolean => [404, 405, 501].includes(status)

async function subscribeTo(
  programIDs: readonly string[],
  callback: Callback,
  deps: SessionDeps,
): Promise<Omit<Refusal, 'kind'> | undefined> {
  const ours = await findOurs(deps)
  if ('detail' in ours) return ours
  for (const programID of programIDs) {
    const refusal = await write(deps, callback, programID, ours.find((one) => one.programID === programID)?.id)
    if (refusal) return refusal
  }
  return undefined
}

/** A VTN without subscriptions is polled, as any other; that it takes one does not mean that it ever calls. */
export async function subscribe(session: Session, programIDs: readonly string[], deps: SessionDeps): Promise<void> {
  const { callback, log, vtnId } = deps
  if (!callback) return
  const refusal = await subscribeTo(programIDs, callback, deps)
  if (refusal && !hasNone(refusal.status))
    return putOff(session, 'subscribe', { ...refusal, detail: `subscriptions: ${refusal.detail}` }, deps)
  if (refusal) log.warn({ vtnId, detail: refusal.detail }, 'the VTN knows no subscriptions; it is polled')
  session.course = untroubled({ ...session.course, subscribed: programIDs.join(' ') }, 'subscribe')
}
