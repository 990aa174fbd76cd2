/** Makes the move "party": asks the VTN for the changes, one after the other, as far as it takes them. */

import { type Failure, untroubled } from '../../retry/trouble.ts'
import { decodeObject } from '../decode.ts'
import { resource } from '../model/party.ts'
import type { Client, Reply } from '../wire/client.ts'
import type { PartyChange } from './party.ts'
import { hint, putOff, type Session, type SessionDeps } from './talk.ts'

/** Already made (409), or already gone (404): as wanted. */
const isDone = ({ method }: PartyChange, status: number): boolean =>
  (method === 'POST' && status === 409) || (method === 'DELETE' && status === 404)

/** OpenADR 3 has no way to change one field, nor to say which version is meant; so what the utility wrote is read just before. */
async function asked(client: Client, { method, path, body, keepsTargets }: PartyChange): Promise<Reply> {
  if (!keepsTargets) return client.write(method, path, body)
  const before = await client.get(path)
  if (before.kind === 'refused') return before
  const read = resource.safeParse(decodeObject(before.answer.body))
  return client.write(method, path, { ...body, ...(read.success && read.data.targets ? { targets: read.data.targets } : {}) })
}

/** undefined: all were taken. */
async function changeParty(client: Client, changes: readonly PartyChange[]): Promise<Failure | undefined> {
  for (const change of changes) {
    const reply = await asked(client, change)
    if (reply.kind === 'refused' && !isDone(change, reply.status))
      return { detail: `${change.method} ${change.path}: ${reply.detail}`, retryMs: reply.retryMs }
  }
  return undefined
}

/** What the VTN took is looked at in the next poll; the same changes again mean that it did not keep them. */
export async function keepParty(session: Session, changes: readonly PartyChange[], deps: SessionDeps): Promise<void> {
  const made = JSON.stringify(changes)
  const again = session.course.partyMade === made
  const failure = again
    ? { detail: 'the VTN takes our VEN or resources, and does not show them', retryMs: 0 }
    : await changeParty(deps.client, changes)
  session.course = { ...session.course, party: [], partyMade: again ? undefined : made }
  if (failure) return putOff(session, 'party', failure, deps)
  session.course = untroubled(session.course, 'party')
  hint(session, deps.timing)
}
