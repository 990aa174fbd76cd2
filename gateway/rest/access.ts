/** Lets a request in by its bearer token, and only where the token's scope reaches. */
import type { Context, MiddlewareHandler } from 'hono'
import { ProblemError } from './problem.ts'
import { findToken, type Scope, type Token } from './tokens.ts'

export interface RestEnv {
  readonly Variables: { token: Token }
}

export type RestContext = Context<RestEnv>

/** 401 without a known token, 403 with one of another scope. */
export function allow(tokens: readonly Token[], ...allowed: readonly Scope[]): MiddlewareHandler<RestEnv> {
  return async (context, next) => {
    const presented = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
    const token = presented === undefined ? undefined : findToken(tokens, presented)
    if (!token) throw new ProblemError(401, 'authorization: give "Bearer" and a token that is known here')
    if (!allowed.includes(token.scope))
      throw new ProblemError(403, `the token "${token.name}" has the scope ${token.scope}; this needs ${allowed.join(' or ')}`)
    context.set('token', token)
    await next()
  }
}

/** A program token reaches the programs that it names. */
export function requireProgram({ scope, name, programs }: Token, programId: string): void {
  if (scope === 'program' && !programs.includes(programId))
    throw new ProblemError(403, `programId: the token "${name}" does not reach program "${programId}"`)
}
