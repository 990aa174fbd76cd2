/** Keeps a watch on the clock of each connected station, and says when one goes wrong or right. */
import { type ClockVerdict, type ClockWatch, newWatch, noteStated } from './clock-skew.ts'
import type { OcppInstruments } from './instruments.ts'
import type { Epoch, Received } from './server/hooks.ts'

export interface ClockNotes {
  note(deviceId: string, received: Received): void
  /** The connection is gone. */
  forget(deviceId: string, epoch: Epoch): void
}

const WORDS: Readonly<Record<ClockVerdict, string>> = {
  right: 'its clock is right again',
  ahead: 'its clock is ahead; set it, or have it take the time from BootNotification and Heartbeat',
  behind: 'its clock is behind; set it, or have it take the time from BootNotification and Heartbeat',
}

export function createClockNotes(instruments: OcppInstruments, log: (line: string) => void): ClockNotes {
  const watches = new Map<string, ClockWatch & { readonly epoch: Epoch }>()
  return {
    note(deviceId, { heard: { statedMs }, receivedMs, epoch }) {
      if (statedMs === undefined) return
      const known = watches.get(deviceId)
      const before = known?.epoch === epoch ? known : newWatch(receivedMs)
      const { watch, skewMs } = noteStated(before, statedMs, receivedMs)
      watches.set(deviceId, { ...watch, epoch })
      if (skewMs !== undefined) instruments.skew(skewMs / 1000)
      if (watch.verdict !== before.verdict) log(`ocpp ${deviceId}: ${WORDS[watch.verdict]} (${Math.round((skewMs ?? 0) / 1000)} s)`)
    },
    forget(deviceId, epoch) {
      if (watches.get(deviceId)?.epoch === epoch) watches.delete(deviceId)
    },
  }
}
