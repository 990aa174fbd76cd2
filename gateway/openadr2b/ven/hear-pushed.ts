/** Takes one pushed message through a session: recorded, understood, settled, and answered only then. */
import type { Pushed } from '../instruments.ts'
import type { VenMessage } from '../messages.ts'
import { onPushed, respond } from './on-pushed.ts'
import { putAside, type Received, receive } from './receive.ts'
import { inTurn, type Session, type SessionDeps, settle } from './session.ts'

/** What the peer is told; without a message the status says all. */
export interface PushAnswer {
  readonly status: 200 | 400 | 503
  readonly message?: VenMessage
}

/** `pause` is not that of the session's own moves, which waits of its own must not be cut short or kept waiting; `onNews` wakes those. */
export interface PushDeps extends SessionDeps {
  readonly onNews: () => void
}

/** Schema-invalid but well-formed documents get a code of OpenADR; what is no XML at all is a matter of HTTP. */
async function answerTo(session: Session, received: Received, { onNews, ...deps }: PushDeps): Promise<readonly [Pushed, PushAnswer]> {
  const { known } = session
  if (!session.ready) return ['not-ready', { status: 503 }]
  if (!known.registration) {
    await putAside(received, 'pushed while there is no registration', deps)
    return ['not-registered', { status: 200, message: respond(known, '463', 'not registered') }]
  }
  const taken = await receive({ ...received, status: 0 }, deps)
  if (taken.kind === 'untrusted') return ['untrusted', { status: 200, message: respond(known, '463', taken.detail) }]
  if (taken.kind === 'unreadable')
    return taken.path === 'document'
      ? ['unreadable', { status: 400 }]
      : ['unreadable', { status: 200, message: respond(known, '454', `${taken.path}: ${taken.detail}`) }]
  const { reaction, answer } = onPushed(known, session.course, { ...taken, service: received.service }, deps.clock.nowMs(), deps.timing)
  session.course = reaction.course
  await settle(session, reaction, deps)
  onNews()
  const refused = 'eiResponse' in answer && !answer.eiResponse.responseCode.startsWith('2')
  return [refused ? 'refused' : 'taken', { status: 200, message: answer }]
}

export async function hearPushed(session: Session, received: Received, deps: PushDeps): Promise<PushAnswer> {
  const [outcome, answer] = await inTurn(session, () => answerTo(session, received, deps))
  deps.instruments.pushed(deps.vtnId, received.service, outcome)
  if (outcome !== 'taken') deps.log.warn({ vtnId: deps.vtnId, service: received.service, outcome }, 'a pushed message was not taken')
  return answer
}
