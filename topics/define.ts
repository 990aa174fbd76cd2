/** What a topic is: one declaration with schema, key, partitions and retention. */
import type { RecordSchema } from '../schemas/avro.ts'

/** `device`: the count all topics keyed by deviceId or unitId share, chosen once per cluster; `one`: a single partition. */
export type Partitioning = 'device' | 'one'

/** How records find their partition: by the murmur2 hash of the key, or named by the writer. */
export type Placement = 'byKey' | 'explicit'

/** What Kafka may delete: old records after so many days, for ever nothing (`null` days), or all but the newest of each key. */
export type Retention = { readonly kind: 'log'; readonly days: number | null } | { readonly kind: 'compacted' }

/** A topic whose values are T. */
export interface Topic<T> {
  readonly name: string
  readonly about: string
  readonly schema: RecordSchema<T>
  readonly keyedBy: string
  readonly key: (value: T) => string
  readonly partitioning: Partitioning
  readonly placement: Placement
  readonly retention: Retention
  readonly writers: readonly string[]
  /** Written by people, utilities or integrators: what cannot be read there never stops a task. */
  readonly openToOutsiders: boolean
}

/** A topic of any value type, for lists of topics. */
// biome-ignore lint/suspicious/noExplicitAny: values of unlike topics meet in one list; each is typed where it is declared.
export type AnyTopic = Topic<any>

interface Options<T> {
  readonly about: string
  readonly schema: RecordSchema<T>
  readonly keyedBy: string
  readonly key: (value: T) => string
  readonly partitioning?: Partitioning
  readonly placement?: Placement
  readonly retention: Retention
  readonly writers: readonly string[]
  readonly openToOutsiders?: boolean
}

export const years = (n: number): Retention => ({
  kind: 'log',
  days: Math.ceil(n * 365.25),
})
export const days = (n: number): Retention => ({ kind: 'log', days: n })
export const forEver: Retention = { kind: 'log', days: null }
export const compacted: Retention = { kind: 'compacted' }

/** Declares a topic; `name` gets the suffix `.v1`. */
export function defineTopic<T>(name: string, options: Options<T>): Topic<T> {
  return {
    partitioning: 'device',
    placement: 'byKey',
    openToOutsiders: false,
    ...options,
    name: `${name}.v1`,
  }
}
