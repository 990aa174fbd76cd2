/** Makes the move "hear": listens to what the VTN publishes of our programs, where it publishes at all. */

import { untroubled } from '../../retry/trouble.ts'
import type { Listening } from '../mqtt.ts'
import { putOff, type Session, type SessionDeps } from './talk.ts'

/** What a VTN may be heard by; undefined = it publishes nothing for us. */
export type Hear = (programIDs: readonly string[], venID: string | undefined) => Promise<Listening | undefined>

export const hearingKey = (programIDs: readonly string[], venID: string | undefined): string => [...programIDs, venID ?? ''].join(' ')

/** A VTN that publishes nothing, or whose broker is away, is polled, as any other. */
export async function hear(session: Session, programIDs: readonly string[], deps: SessionDeps): Promise<void> {
  const venID = session.known.venId
  try {
    await session.listening?.stop()
    session.listening = await deps.hear?.(programIDs, venID)
  } catch (error) {
    session.listening = undefined
    return putOff(session, 'hear', { detail: `mqtt: ${error instanceof Error ? error.message : String(error)}`, retryMs: 0 }, deps)
  }
  deps.log.info({ vtnId: deps.vtnId, listening: session.listening !== undefined }, 'asked the VTN how it can be heard')
  session.course = untroubled({ ...session.course, heard: hearingKey(programIDs, venID) }, 'hear')
}
