/** Puts what a client told on the log, verbatim, and then where the tree shows it. */
import { sha256Hex } from '../../../topics/ids.ts'
import type { World } from '../world.ts'
import { SEP_XML } from '../xml/write.ts'

export interface Told {
  readonly deviceId: string
  /** Name of the message. */
  readonly kind: string
  readonly body: Buffer
  readonly receivedMs: number
  /** With what the body leaves out. */
  readonly contentType?: string
  /** When the client says that it said this, by its clock, seconds; undefined = it does not. */
  readonly statedS?: number | undefined
}

/** Resolves with the digest of the body when the record is durable; only then may the client be answered. */
export async function record(
  { edge, documents, clocks }: World,
  { deviceId, contentType = SEP_XML, statedS, ...rest }: Told,
): Promise<string> {
  const epoch = edge.epochOf(deviceId) ?? -1
  clocks.note(deviceId, { statedMs: statedS === undefined ? undefined : statedS * 1000, receivedMs: rest.receivedMs, epoch })
  await edge.telemetry(deviceId, { ...rest, contentType, epoch })
  const sha256 = sha256Hex(rest.body)
  documents.take({ deviceId, contentType, sha256, ...rest })
  return sha256
}
