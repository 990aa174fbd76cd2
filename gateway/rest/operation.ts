/** Declares what REST can do: each operation once, as route and as documentation. */
import type { Hono } from 'hono'
import type { Json, RecordSchema } from '../../schemas/avro.ts'
import type { Define, JsonSchema } from '../../schemas/json-schema.ts'
import { allow, type RestContext, type RestEnv } from './access.ts'
import type { RestDeps } from './deps.ts'
import type { Scope } from './tokens.ts'

/** A schema of a body: a record as it stands on the log, or made with the definitions of the document. */
export type Body = RecordSchema<never> | RecordSchema<unknown> | ((define: Define) => JsonSchema)

/** What comes back with a status. */
export interface Answered {
  readonly about: string
  /** Absent = no JSON. */
  readonly body?: Body
  readonly headers?: Readonly<Record<string, string>>
}

export interface QueryParameter {
  readonly name: string
  readonly about: string
  readonly schema: JsonSchema
}

export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'delete'
  /** With `{name}` for parts that vary. */
  readonly path: string
  readonly operationId: string
  readonly about: string
  /** Who may; null = everybody, without a token. */
  readonly scopes: readonly Scope[] | null
  /** Takes an Idempotency-Key. */
  readonly idempotent?: boolean
  readonly query?: readonly QueryParameter[]
  readonly body?: Body
  readonly example?: Json
  /** By status; problems that every operation may answer with are added. */
  readonly answers: Readonly<Record<number, Answered>>
  readonly handle: (context: RestContext, deps: RestDeps) => Response | Promise<Response>
}

/** A problem of the form that all have. */
export const problem = (about: string): Answered => ({ about })

const pattern = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1')

export function addOperation(app: Hono<RestEnv>, operation: Operation, deps: RestDeps): void {
  const { method, path, scopes, handle } = operation
  const gates = scopes === null ? [] : [allow(deps.tokens, ...scopes)]
  app.on(method.toUpperCase(), [pattern(path)], ...gates, async (context: RestContext) => handle(context, deps))
}
