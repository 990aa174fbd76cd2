/** Bounds how often each client asks: a bucket of tokens that fills with time. */

export interface Buckets {
  /** True where the client may ask now; takes a token. */
  take(key: string, nowMs: number, size: BucketSize): boolean
}

export interface BucketSize {
  readonly perS: number
  readonly burst: number
}

interface Bucket {
  tokens: number
  atMs: number
}

/** Buckets that are full again are as good as new ones. */
const MOST_KEPT = 50_000

export function createBuckets(): Buckets {
  const buckets = new Map<string, Bucket>()
  return {
    take(key, nowMs, { perS, burst }) {
      const bucket = buckets.get(key) ?? { tokens: burst, atMs: nowMs }
      bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, nowMs - bucket.atMs) * perS) / 1000)
      bucket.atMs = nowMs
      // The last used stands last.
      buckets.delete(key)
      buckets.set(key, bucket)
      for (const oldest of buckets.keys()) if (buckets.size > MOST_KEPT) buckets.delete(oldest)
      if (bucket.tokens < 1) return false
      bucket.tokens -= 1
      return true
    },
  }
}
