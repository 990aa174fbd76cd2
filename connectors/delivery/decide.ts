/** Decides what a connector does next about one device that it can reach. */
import { hashId } from '../../topics/ids.ts'
import { type DeviceFile, isRelease, lastEndMs } from './device-file.ts'
import type { DevicePort } from './device-port.ts'

export type NextStep =
  | { readonly do: 'nothing' }
  | { readonly do: 'send' }
  /** Look whether what the device accepted holds. */
  | { readonly do: 'verify' }
  | { readonly do: 'wait'; readonly untilMs: number }
  /** The device never had a limit of ours, or its own copy has ended: the release is settled without a call. */
  | { readonly do: 'settle'; readonly detail: string }

const RETRY_BASE_MS = 5_000
const RETRY_MOST_MS = 600_000
/** Looks at an accepted command before it stays `accepted`. */
const MOST_CHECKS = 3

const NOTHING: NextStep = { do: 'nothing' }

type Abilities = Pick<DevicePort, 'verify' | 'againMs'>

/**
 * An apply is sent while it has not expired and has no final answer; a release until it is confirmed, for it never expires
 * (a device must not stay curtailed), unless nothing of ours can be left on the device.
 */
export function nextStep(file: DeviceFile, abilities: Abilities, nowMs: number): NextStep {
  const { command, notBeforeMs } = file
  if (!command) return NOTHING
  const step = isRelease(command) ? nextOfRelease(file, nowMs) : nextOfApply(file, abilities, nowMs)
  const isTry = step.do === 'send' || step.do === 'verify'
  return isTry && notBeforeMs > nowMs ? { do: 'wait', untilMs: notBeforeMs } : step
}

function nextOfRelease({ command, answer, whole, again, holdsUntilMs }: DeviceFile, nowMs: number): NextStep {
  if (!command || (answer.seq >= command.seq && !again)) return NOTHING
  if (!whole || holdsUntilMs > nowMs) return { do: 'send' }
  return { do: 'settle', detail: holdsUntilMs === 0 ? 'nothing of ours is on the device' : 'the copy on the device has ended by itself' }
}

function nextOfApply({ command, answer, sentMs, again, checks }: DeviceFile, { verify, againMs }: Abilities, nowMs: number): NextStep {
  if (!command || answer.seq > command.seq) return NOTHING
  if (nowMs >= lastEndMs(command) || (command.expiresMs !== null && nowMs >= command.expiresMs)) return NOTHING
  if (answer.seq < command.seq) return { do: 'send' }
  if (answer.status !== 'accepted' && answer.status !== 'applied') return NOTHING
  const dueMs = againMs?.(command, sentMs)
  if (again || (dueMs !== undefined && dueMs <= nowMs)) return { do: 'send' }
  if (verify && answer.status === 'accepted' && checks < MOST_CHECKS) return { do: 'verify' }
  return dueMs === undefined ? NOTHING : { do: 'wait', untilMs: dueMs }
}

/** From 0 to 1, the same for a device and a purpose at every time. */
export const spreadOf = (purpose: string, deviceId: string): number => Number.parseInt(hashId(purpose, deviceId).slice(0, 8), 16) / 2 ** 32

/** When the next try is due after `tries` that came to nothing; the spread (0 to 1) comes from the device id, so that a fleet does not retry at once. */
export function retryAtMs(tries: number, nowMs: number, spread: number): number {
  const waitMs = Math.min(RETRY_MOST_MS, RETRY_BASE_MS * 2 ** Math.max(0, tries - 1))
  return nowMs + Math.floor(waitMs * (0.75 + spread / 2))
}
