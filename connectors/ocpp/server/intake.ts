/** Holds a station's socket back, losing nothing, while its requests wait for the log or come faster than it may send them. */
import type { Cancel, Wheel } from '../wire/wheel.ts'
import type { TokenBucket } from './token-bucket.ts'

export type Held = 'backlog' | 'rate'

export type Intake = {
  /** A message came. */
  came(): void
  /** Work on a request begins, and ends. */
  begun(): void
  done(): void
  /** While it holds back, a station's silence is ours. */
  isHolding(): boolean
  hasWork(): boolean
  /** Reads on, so that the socket can close. */
  end(): void
}

export type IntakeOptions = {
  socket: { pause(): void; resume(): void }
  bucket: TokenBucket
  wheel: Wheel
  onHeld(why: Held): void
}

/** A station has one request open at a time; more than this unanswered, and its socket is not read on. */
const MAX_PENDING = 16

export function createIntake({ socket, bucket, wheel, onHeld }: IntakeOptions): Intake {
  const held = new Set<Held>()
  let pending = 0
  let cancel: Cancel = () => undefined
  let ended = false

  function hold(why: Held): void {
    if (held.has(why) || ended) return
    if (held.size === 0) socket.pause()
    held.add(why)
    onHeld(why)
  }

  function release(why: Held): void {
    if (held.delete(why) && held.size === 0 && !ended) socket.resume()
  }

  return {
    came() {
      const waitMs = bucket.take()
      if (waitMs === 0) return
      hold('rate')
      // What was read already may come yet, and lengthens the wait.
      cancel()
      cancel = wheel.after(waitMs, () => release('rate'))
    },
    begun() {
      pending += 1
      if (pending >= MAX_PENDING) hold('backlog')
    },
    done() {
      pending -= 1
      if (pending < MAX_PENDING / 2) release('backlog')
    },
    isHolding: () => held.size > 0,
    hasWork: () => pending > 0,
    end() {
      ended = true
      cancel()
      if (held.size > 0) socket.resume()
      held.clear()
    },
  }
}
