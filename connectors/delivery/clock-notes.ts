/** Keeps a watch on the clock of each connected device, and says when one goes wrong or right. */
import { type ClockVerdict, type ClockWatch, newWatch, noteStated } from './clock-skew.ts'

export interface ClockNotesOptions {
  /** What lines begin with. */
  readonly protocol: string
  /** What a device with a wrong clock should do. */
  readonly remedy: string
  /** A device's clock less ours, seconds. */
  readonly skew: (seconds: number) => void
  readonly log: (line: string) => void
}

/** What a device said of the time, and when: epoch ms UTC. */
export interface Stated {
  /** undefined = nothing. */
  readonly statedMs: number | undefined
  readonly receivedMs: number
  /** Of the connection that it came over. */
  readonly epoch: number
}

export interface ClockNotes {
  note(deviceId: string, stated: Stated): void
  /** The connection is gone. */
  forget(deviceId: string, epoch: number): void
}

export function createClockNotes({ protocol, remedy, skew, log }: ClockNotesOptions): ClockNotes {
  const watches = new Map<string, ClockWatch & { readonly epoch: number }>()
  const words: Readonly<Record<ClockVerdict, string>> = {
    right: 'its clock is right again',
    ahead: `its clock is ahead; ${remedy}`,
    behind: `its clock is behind; ${remedy}`,
  }
  return {
    note(deviceId, { statedMs, receivedMs, epoch }) {
      if (statedMs === undefined) return
      const known = watches.get(deviceId)
      const before = known?.epoch === epoch ? known : newWatch(receivedMs)
      const { watch, skewMs } = noteStated(before, statedMs, receivedMs)
      watches.set(deviceId, { ...watch, epoch })
      if (skewMs !== undefined) skew(skewMs / 1000)
      if (watch.verdict !== before.verdict) log(`${protocol} ${deviceId}: ${words[watch.verdict]} (${Math.round((skewMs ?? 0) / 1000)} s)`)
    },
    forget(deviceId, epoch) {
      if (watches.get(deviceId)?.epoch === epoch) watches.delete(deviceId)
    },
  }
}
