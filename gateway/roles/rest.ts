/** The role that serves REST. */
import { startRest } from '../rest/start.ts'
import { readTokens } from '../rest/tokens.ts'
import { never, type RoleParts, type RunningRole } from './start.ts'

export async function startRestRole({ environment, session, log, registry }: RoleParts): Promise<RunningRole> {
  const rest = await startRest({
    port: Number(new URL(environment.stack.restUrl).port),
    writer: await session.writer(),
    reader: session.follower(),
    tokens: readTokens(environment.stack.tokensFile),
    clock: environment.clock,
    log: log.child({ role: 'rest' }),
    registry,
  })
  return { stop: rest.stop, failed: never }
}
