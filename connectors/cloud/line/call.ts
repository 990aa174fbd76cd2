/** One HTTP call to a vendor, without what identifies us, and what came back of it. */

export interface VendorCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the base address of the credential, without a slash at the start. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly json?: unknown
}

/** What identifies us: added by the line just before the call, and in no other place. */
export interface Identity {
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
}

/**
 * `answered`: 2xx with JSON. `refused`: the vendor understood and said no. `throttled`: too many calls, `waitMs` = when it said to come
 * back, Drover's ms, 0 = it did not say. `unauthorised`: it does not know us (any more). `unreached`: nothing arrived there. `unknown`: whether
 * it acted on the call is not known: no answer in time, broken off, 5xx, or something that is no answer of this vendor.
 */
export type Reply =
  | { readonly kind: 'answered'; readonly json: unknown; readonly bytes: Buffer; readonly contentType: string }
  | { readonly kind: 'refused'; readonly status: number; readonly detail: string; readonly json: unknown }
  | { readonly kind: 'throttled'; readonly waitMs: number; readonly detail: string }
  | { readonly kind: 'unauthorised'; readonly detail: string }
  | { readonly kind: 'unreached'; readonly detail: string }
  | { readonly kind: 'unknown'; readonly detail: string }
