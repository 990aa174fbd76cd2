/** What a process of the bench says of its memory. */
export interface Memory {
  readonly rssBytes: number
  readonly heapBytes: number
  readonly externalBytes: number
}

/** After garbage collection, now. */
export function readMemory(): Memory {
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rssBytes: rss, heapBytes: heapUsed, externalBytes: external }
}
