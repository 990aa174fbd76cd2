/** Says with which broker settings a topic is made. */
import type { AnyTopic } from '../define.ts'

/** By Kafka's names. */
export type TopicSettings = Readonly<Record<string, string>>

const DAY_MS = 86_400_000
const MAX_LONG = '9223372036854775807'
const MIB = 1024 * 1024

/** Records may be as old or as new as their causes, and as large as a body that an edge accepts. */
const always = (replicas: number): TopicSettings => ({
  'min.insync.replicas': String(Math.min(2, replicas)),
  'message.timestamp.type': 'CreateTime',
  'message.timestamp.before.max.ms': MAX_LONG,
  'message.timestamp.after.max.ms': MAX_LONG,
  'max.message.bytes': String(32 * MIB),
  'compression.type': 'producer',
})

/** Small segments, cleaned early: a restoring task reads the whole topic, so what is superseded should be gone soon. */
const compacted: TopicSettings = {
  'cleanup.policy': 'compact',
  'retention.ms': '-1',
  'segment.bytes': String(32 * MIB),
  'segment.ms': String(DAY_MS / 4),
  'min.cleanable.dirty.ratio': '0.2',
  'max.compaction.lag.ms': String(DAY_MS),
  'delete.retention.ms': String(DAY_MS),
}

/** Settings of a topic; durable on two of `replicas` copies where there are that many. */
export function settingsOf(topic: AnyTopic, replicas: number): TopicSettings {
  const { retention } = topic
  if (retention.kind === 'compacted') return { ...always(replicas), ...compacted }
  const retentionMs = retention.days === null ? -1 : retention.days * DAY_MS
  return { ...always(replicas), 'cleanup.policy': 'delete', 'retention.ms': String(retentionMs) }
}

const FOR_EVER_MS = -1

/** How long settings keep records, ms; infinite = for ever. */
export function retentionMs(settings: TopicSettings): number {
  const ms = Number(settings['retention.ms'] ?? FOR_EVER_MS)
  return ms === FOR_EVER_MS ? Number.POSITIVE_INFINITY : ms
}
