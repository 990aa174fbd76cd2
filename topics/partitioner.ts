/** Which partition a key lands on: murmur2, bit for bit as Java's client, so that Java, Flink and ksqlDB users agree. */

const SEED = 0x9747b28c
const M = 0x5bd1e995
const R = 24

/** The 32-bit murmur2 hash of bytes, signed, as org.apache.kafka.common.utils.Utils.murmur2 gives it. */
export function murmur2(data: Uint8Array): number {
  const { length } = data
  let h = SEED ^ length
  const whole = length & ~3
  for (let i = 0; i < whole; i += 4) {
    const block = (data[i] as number) | ((data[i + 1] as number) << 8) | ((data[i + 2] as number) << 16) | ((data[i + 3] as number) << 24)
    let k = Math.imul(block, M)
    k ^= k >>> R
    h = Math.imul(h, M) ^ Math.imul(k, M)
  }
  const rest = length - whole
  if (rest > 2) h ^= (data[whole + 2] as number) << 16
  if (rest > 1) h ^= (data[whole + 1] as number) << 8
  if (rest > 0) h = Math.imul(h ^ (data[whole] as number), M)
  h ^= h >>> 13
  h = Math.imul(h, M)
  return (h ^ (h >>> 15)) | 0
}

const encoder = new TextEncoder()

/** The partition of a key in UTF-8, of `partitions`: toPositive(murmur2(key)) % partitions. */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(encoder.encode(key)) & 0x7fffffff) % partitions
}
