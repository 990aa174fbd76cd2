/** What the routes are given. */
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { Clock } from '../../processors/runtime/clock.ts'
import type { Appended, AppendOptions, LogWriter } from '../../processors/runtime/log.ts'
import type { Topic } from '../../topics/define.ts'
import type { ChangeBook } from './change-book.ts'
import type { EventBook } from './event-book.ts'
import { ProblemError } from './problem.ts'
import type { ProgramBook } from './program-book.ts'
import type { Token } from './tokens.ts'
import type { VerdictWatch } from './verdict-watch.ts'

export interface RestDeps {
  readonly writer: LogWriter
  readonly verdicts: VerdictWatch
  readonly book: EventBook
  readonly changes: ChangeBook
  readonly programs: ProgramBook
  readonly tokens: readonly Token[]
  readonly clock: Clock
  readonly log: Logger
  /** Metrics that GET /metrics shows. */
  readonly registry: Registry
  /** Real ms to wait for a verdict or for what the interpreter says; default 10,000. */
  readonly limitMs?: number
  /** Default 2,000,000. */
  readonly maxBodyBytes?: number
}

export const limitOf = ({ limitMs = 10_000 }: RestDeps): number => limitMs

/** 503 when the record did not become durable; whether it did all the same is then unknown, so the same request may be repeated. */
export async function appendOrProblem<T>(deps: RestDeps, topic: Topic<T>, value: T, options?: AppendOptions): Promise<Appended> {
  try {
    return await deps.writer.append(topic, value, options)
  } catch (error) {
    deps.log.error({ topic: topic.name, err: error }, 'a record of REST could not be written')
    throw new ProblemError(503, 'the record did not become durable; repeat the request with the same ids')
  }
}
