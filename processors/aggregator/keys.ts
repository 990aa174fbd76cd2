/** Keys of the aggregator's stores: parts joined by a character that no id has. */
import type { AggregatorStream } from './state.ts'

export type StreamId = Pick<AggregatorStream, 'deviceId' | 'channel' | 'source'>

export function channelKey({ deviceId, channel }: Pick<StreamId, 'deviceId' | 'channel'>): string {
  return `${deviceId}\u0000${channel}`
}

export function streamKey(stream: StreamId): string {
  return `${channelKey(stream)}\u0000${stream.source}`
}

export function dayKey(stream: StreamId, dayMs: number): string {
  return `${streamKey(stream)}\u0000${dayMs}`
}
