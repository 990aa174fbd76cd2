/** Spaces retries: doubling from a first delay to a cap, spread by a hash so that many VENs do not knock at once. */
import { hashId } from '../../topics/ids.ts'

/** Between half and all of the doubled delay, in the unit of `firstMs` and `capMs`; `failures` counts from 1. */
export function backoffMs(name: string, failures: number, limits: { readonly firstMs: number; readonly capMs: number }): number {
  const fullMs = Math.min(limits.capMs, limits.firstMs * 2 ** Math.min(failures - 1, 30))
  const share = Number.parseInt(hashId(name, failures).slice(0, 8), 16) / 0xffffffff
  return Math.ceil(fullMs * (0.5 + share / 2))
}
