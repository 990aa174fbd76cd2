/** The engine's side of a handler's context: one per processor and task, made once. */
import type { Rejected } from '../../schemas/runtime.ts'
import { rejectedRecords } from '../../topics/catalogue.ts'
import type { Codec } from '../../topics/codec.ts'
import type { AnyTopic } from '../../topics/define.ts'
import type { CodecSource } from './codec-source.ts'
import type { AnyProcessor, EmitOptions, Store, SubTopology, Table } from './define.ts'
import type { Frame } from './frame.ts'
import { isHomeTopic } from './home.ts'
import { emitRejection } from './rejection.ts'

/** `Context` with its types erased. */
export interface EngineContext {
  readonly nowMs: number
  readonly partition: number
  readonly devicePartitions: number
  readonly stores: Readonly<Record<string, Store<unknown>>>
  readonly tables: Readonly<Record<string, Table<unknown>>>
  emit(port: string, value: unknown, options?: EmitOptions): void
  emitTombstone(port: string, key: string): void
  reject(reason: Rejected['reason'], detail: string, place?: string): void
  ask(name: string, question: unknown): void
}

export interface ContextParts {
  readonly subTopology: SubTopology
  readonly frame: Frame
  readonly partition: number
  readonly devicePartitions: number
  readonly codecs: CodecSource
  readonly stores: Readonly<Record<string, Store<unknown>>>
  readonly tables: Readonly<Record<string, Table<unknown>>>
}

interface Outlet {
  readonly topic: AnyTopic
  readonly codec: Codec<unknown>
  readonly partitions: number
  /** Whether the task is at home on its own partition of the topic. */
  readonly isHome: boolean
}

function outletsOf(processor: AnyProcessor, parts: ContextParts): ReadonlyMap<string, Outlet> {
  const ports = Object.entries(processor.outputs as Readonly<Record<string, AnyTopic>>)
  return new Map(
    ports.map(([port, topic]) => [
      port,
      {
        topic,
        codec: parts.codecs.codecOf(topic.name, topic.schema),
        partitions: topic.partitioning === 'one' ? 1 : parts.devicePartitions,
        isHome: isHomeTopic(topic, parts.subTopology),
      },
    ]),
  )
}

/** The partition a record is bound to; null = by the hash of its key. */
function placeRecord(outlet: Outlet, asked: number | undefined): number | null {
  const { topic, partitions } = outlet
  if (asked === undefined && topic.placement === 'explicit') throw new Error(`${topic.name}: emit needs options.partition`)
  if (asked !== undefined && !(asked >= 0 && asked < partitions))
    throw new Error(`${topic.name}: partition ${asked} is not one of its ${partitions}`)
  if (partitions === 1) return 0
  return asked ?? null
}

function pushRecord(
  { frame, partition: own }: ContextParts,
  outlet: Outlet,
  key: string,
  value: Buffer | null,
  options?: EmitOptions,
): void {
  const cause = frame.cause()
  const partition = placeRecord(outlet, options?.partition)
  frame.outputs.push({
    topic: outlet.topic.name,
    partition,
    key,
    value,
    timestampMs: cause.timestampMs,
    causation: options?.causation ?? cause.causation,
    isHome: outlet.isHome && partition === own,
  })
  frame.effects++
}

export function createContext(processor: AnyProcessor, parts: ContextParts): EngineContext {
  const { frame, partition, devicePartitions, stores, tables } = parts
  const outlets = outletsOf(processor, parts)
  const rejectedCodec = parts.codecs.codecOf(rejectedRecords.name, rejectedRecords.schema)

  function outletOf(port: string): Outlet {
    const outlet = outlets.get(port)
    if (!outlet) throw new Error(`${processor.name} has no output ${port}`)
    return outlet
  }

  return {
    get nowMs() {
      return frame.nowMs
    },
    partition,
    devicePartitions,
    stores,
    tables,
    emit(port, value, options) {
      const outlet = outletOf(port)
      pushRecord(parts, outlet, options?.key ?? outlet.topic.key(value), outlet.codec.encode(value), options)
    },
    emitTombstone(port, key) {
      const outlet = outletOf(port)
      if (outlet.topic.retention.kind !== 'compacted')
        throw new Error(`${outlet.topic.name} is not compacted: nothing can be deleted there`)
      pushRecord(parts, outlet, key, null)
    },
    reject(reason, detail, place = '') {
      if (!frame.input) throw new Error(`${processor.name} can reject only while it handles a record`)
      emitRejection(frame, rejectedCodec, frame.input, { reason, detail, place, rejectedBy: processor.name })
    },
    ask(name, question) {
      frame.questions.push({ processor: processor.name, name, question })
      frame.effects++
    },
  }
}
