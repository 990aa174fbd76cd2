/** Keys of the aggregator's stores: parts joined by a character that no id has. */
import type { AggregatorStream } from './state.ts'

export type StreamId = Pick<AggregatorStream, 'deviceId' | 'channel' | 'source'>

export function streamKey({ deviceId, channel, source }: StreamId): string {
  return `${deviceId}\u0000${channel}\u0000${source}`
}

export function dayKey(stream: StreamId, dayMs: number): string {
  return `${streamKey(stream)}\u0000${dayMs}`
}
