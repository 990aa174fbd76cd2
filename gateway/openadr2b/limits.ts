/** Bounds on what a VTN may send, so that no document can exhaust a process. */

/** Bytes of one document: 10,000 events fit, and so does a record with it on the log (topics/provision/settings.ts, 32 MiB). */
export const MAX_BODY_BYTES = 30_000_000

/** Opening and closing tags of one document: 10,000 events have about half as many. */
export const MAX_TAGS = 2_000_000
