/** Says one message to the VTN and records what comes back, byte for byte, before anybody understands it. */
import type { Clock } from '../../../processors/runtime/clock.ts'
import { utilitySignals } from '../../../topics/catalogue.ts'
import { type AppendDeps, appendDurably } from '../../retry/append-durably.ts'
import { decode } from '../decode.ts'
import { encode } from '../encode.ts'
import type { Exchange, RawAnswer } from '../exchange.ts'
import type { Service } from '../service.ts'
import { WireError } from '../wire-error.ts'
import type { Outgoing } from './compose.ts'
import type { Heard } from './course.ts'

export interface ListenDeps extends AppendDeps {
  readonly vtnId: string
  readonly exchange: Exchange
  readonly clock: Clock
}

function understand(answer: RawAnswer): Omit<Extract<Heard, { kind: 'message' }>, 'signal'> | { kind: 'fault'; detail: string } {
  if (answer.status !== 200) return { kind: 'fault', detail: `HTTP ${answer.status}` }
  try {
    return { kind: 'message', message: decode(answer.body) }
  } catch (error) {
    if (error instanceof WireError) return { kind: 'fault', detail: `${error.path}: ${error.problem}` }
    throw error
  }
}

/** Where nothing came back there is nothing to record. */
async function post(exchange: Exchange, service: Service, outgoing: Outgoing): Promise<RawAnswer | { readonly problem: string }> {
  try {
    return await exchange.post(service, encode(outgoing.message))
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

export async function listen(outgoing: Outgoing, deps: ListenDeps): Promise<Heard> {
  const { service } = outgoing
  const answer = await post(deps.exchange, service, outgoing)
  if ('problem' in answer) return { kind: 'fault', detail: answer.problem, signal: undefined }
  const receivedMs = deps.clock.nowMs()
  // The message is gone from the VTN once it was fetched, so this does not return before it is durable.
  const { partition, offset } = await appendDurably(
    utilitySignals,
    {
      vtnId: deps.vtnId,
      protocol: 'openadr2b',
      service,
      receivedMs,
      status: answer.status,
      contentType: answer.headers['content-type'] ?? '',
      body: Buffer.from(answer.body),
    },
    { timestampMs: receivedMs },
    deps,
  )
  return { ...understand(answer), signal: { topic: utilitySignals.name, partition, offset } }
}
