/** Takes in what a VTN sent, whether as an answer or by push: trusted and recorded first, byte for byte, and only then understood. */
import type { Clock } from '../../../processors/runtime/clock.ts'
import { rejectedRecords, utilitySignals } from '../../../topics/catalogue.ts'
import { type AppendDeps, appendDurably } from '../../retry/append-durably.ts'
import { decode } from '../decode.ts'
import { MAX_BODY_BYTES } from '../limits.ts'
import type { Service } from '../service.ts'
import type { Seal } from '../signature/seal.ts'
import { WireError } from '../wire-error.ts'
import type { Heard } from './course.ts'

export interface ReceiveDeps extends AppendDeps {
  readonly vtnId: string
  readonly clock: Clock
  readonly seal?: Seal | undefined
}

export interface Received {
  readonly service: Service
  /** 0 = pushed. */
  readonly status: number
  readonly contentType: string
  readonly body: Uint8Array
}

/** `unreadable`: not a message that a VTN sends; `path` is `document` where it is not even XML. */
export type Taken =
  | Exclude<Heard, { kind: 'fault' }>
  | { readonly kind: 'unreadable'; readonly path: string; readonly detail: string }
  | { readonly kind: 'untrusted'; readonly detail: string }

/** Keeps bytes that must not be interpreted: they came from somebody else, or cannot be a message. */
export async function putAside(
  { service, body }: { readonly service: string; readonly body: Uint8Array },
  detail: string,
  deps: ReceiveDeps,
): Promise<void> {
  const atMs = deps.clock.nowMs()
  const record = {
    topic: `openadr2b ${deps.vtnId} ${service}`,
    partition: -1,
    offset: -1,
    place: '',
    reason: 'untrusted',
    detail,
    rejectedBy: 'gateway',
    key: null,
    value: Buffer.from(body),
    atMs,
  } as const
  await appendDurably(rejectedRecords, record, { timestampMs: atMs, partition: 0 }, deps)
}

function understand(
  body: Uint8Array,
): Pick<Extract<Heard, { kind: 'message' }>, 'kind' | 'message'> | Extract<Taken, { kind: 'unreadable' }> {
  try {
    return { kind: 'message', message: decode(body, { maxBytes: MAX_BODY_BYTES }) }
  } catch (error) {
    if (error instanceof WireError) return { kind: 'unreadable', path: error.path, detail: error.problem }
    throw error
  }
}

/** Does not return before the bytes are durable: the message is gone from the VTN once it was fetched. */
export async function receive(received: Received, deps: ReceiveDeps): Promise<Taken> {
  const { vtnId, clock, seal } = deps
  const { service, status, contentType, body } = received
  const receivedMs = clock.nowMs()
  // What is not signed as it should be never reaches the interpreter, which knows nothing of signatures.
  const says = (status === 0 || status === 200) && body.length > 0
  const distrust = says ? seal?.verify(body, receivedMs) : undefined
  if (distrust !== undefined) {
    await putAside(received, distrust, deps)
    return { kind: 'untrusted', detail: distrust }
  }
  const signal = { vtnId, protocol: 'openadr2b', service, receivedMs, status, contentType, body: Buffer.from(body) } as const
  const { partition, offset } = await appendDurably(utilitySignals, signal, { timestampMs: receivedMs }, deps)
  const meaning = understand(body)
  return meaning.kind === 'message' ? { ...meaning, signal: { topic: utilitySignals.name, partition, offset } } : meaning
}
