/** Decides what a connector does next about one device that it can reach. */
import { type DeviceFile, isRelease, lastEndMs } from './device-file.ts'

export type NextStep =
  | { readonly do: 'nothing' }
  | { readonly do: 'send' }
  /** The device never had a limit of ours, or its own copy has ended: the release is settled without a call. */
  | { readonly do: 'settle'; readonly detail: string }

const RETRY_BASE_MS = 5_000
const RETRY_MOST_MS = 600_000

/**
 * An apply is sent while it has not expired and has no final answer; a release until it is confirmed, for it never expires
 * (a device must not stay curtailed), unless nothing of ours can be left on the device.
 */
export function nextStep(file: DeviceFile, nowMs: number): NextStep {
  const { command } = file
  if (!command || command.seq <= file.answeredSeq) return { do: 'nothing' }
  if (isRelease(command)) {
    if (file.holdsUntilMs === 0) return { do: 'settle', detail: 'nothing was ever sent to the device' }
    if (file.holdsUntilMs <= nowMs) return { do: 'settle', detail: 'the copy on the device has ended by itself' }
    return { do: 'send' }
  }
  const expired = (command.expiresMs !== null && nowMs >= command.expiresMs) || nowMs >= lastEndMs(command)
  return expired ? { do: 'nothing' } : { do: 'send' }
}

/** When the next try is due after `tries` that got no final answer; the spread comes from the device id, so that a fleet does not retry at once. */
export function retryAtMs(tries: number, nowMs: number, spread: number): number {
  const waitMs = Math.min(RETRY_MOST_MS, RETRY_BASE_MS * 2 ** Math.max(0, tries - 1))
  return nowMs + Math.floor(waitMs * (0.75 + spread / 2))
}
