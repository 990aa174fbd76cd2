/** What an XML signature does for a session: signs what goes out, and says what is wrong with what comes in. */
export interface Seal {
  /** The document with its signature. */
  readonly sign: (document: string, nowMs: number) => string
  /** Why a document cannot be trusted; undefined = it can. A document is good once: the second time it is a replay. */
  readonly verify: (bytes: Uint8Array, nowMs: number) => string | undefined
  /** Takes note of a document that a process before this one took. */
  readonly remember: (bytes: Uint8Array, nowMs: number) => void
}
