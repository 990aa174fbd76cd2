/** Appends one record and does not give up before it is durable, or the session stops. */
import type { Logger } from 'pino'
import type { Appended, AppendOptions, LogWriter } from '../../processors/runtime/log.ts'
import type { Topic } from '../../topics/define.ts'
import { backoffMs } from './backoff.ts'
import type { Pause } from './pause.ts'

export interface AppendDeps {
  readonly writer: LogWriter
  readonly log: Logger
  readonly pause: Pause
}

/** Rejects, with what the log said last, only when the session stops. */
export async function appendDurably<T>(topic: Topic<T>, value: T, options: AppendOptions, deps: AppendDeps): Promise<Appended> {
  const { writer, log, pause } = deps
  for (let failures = 1; ; failures++) {
    try {
      return await writer.append(topic, value, options)
    } catch (error) {
      log.error({ topic: topic.name, failures, err: error }, 'a record could not be written; trying again')
      await pause.forRealMs(backoffMs(topic.name, failures, { firstMs: 200, capMs: 5_000 }))
      if (pause.stopped()) throw error
    }
  }
}
