/** Runs the talk with one VTN: takes the next move, makes it, one after the other, until it is stopped. */
import { realMsUntil } from '../../../processors/runtime/clock.ts'
import type { Following } from '../../../processors/runtime/log.ts'
import { programsView } from '../../../topics/catalogue.ts'
import { untilDone } from '../../retry/until-done.ts'
import { attend, attendDevices } from './attend.ts'
import type { Move } from './course.ts'
import { hear } from './hear-move.ts'
import { nextMove } from './next-move.ts'
import { keepParty } from './party-move.ts'
import { poll } from './poll-move.ts'
import { recall } from './recall.ts'
import { send } from './report-move.ts'
import { subscribe } from './subscribe-move.ts'
import { hint, type Session, type SessionDeps } from './talk.ts'

async function perform(session: Session, move: Move, deps: SessionDeps): Promise<void> {
  switch (move.kind) {
    case 'wait':
      return deps.pause.forRealMs(realMsUntil(deps.clock, move.untilMs))
    case 'poll':
      return poll(session, move, deps)
    case 'report':
      return send(session, move.report, deps)
    case 'party':
      return keepParty(session, move.changes, deps)
    case 'subscribe':
      return subscribe(session, move.programIDs, deps)
    case 'hear':
      return hear(session, move.programIDs, deps)
  }
}

/** Settles when the session was stopped. */
export async function runSession(session: Session, deps: SessionDeps): Promise<void> {
  const { known } = session
  const wants = { subscribing: deps.callback !== undefined, hearing: deps.hear !== undefined }
  let attending: Following | undefined
  let devices: Following | undefined
  const onNews = (topics: ReadonlySet<string>): void => {
    if (topics.has(programsView.name)) hint(session, deps.timing)
    deps.pause.wake()
  }
  const prepare = async (): Promise<void> => {
    attending ??= await attend(known, deps.reader, onNews)
    session.course = { ...session.course, recorded: await recall(known, deps.reader, deps.clock.nowMs()) }
    session.ready = true
  }
  const step = async (): Promise<void> => {
    if (!devices && [...known.programs.values()].some(({ showsResources }) => showsResources))
      devices = await attendDevices(known, deps.reader)
    await perform(session, nextMove(known, session.course, deps.clock.nowMs(), wants), deps)
  }
  await untilDone('reading the log', prepare, deps)
  while (!deps.pause.stopped()) await untilDone('a step', step, deps)
  await attending?.stop()
  await devices?.stop()
  await session.listening?.stop()
}
