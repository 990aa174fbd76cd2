/** Waits for the verdicts on changes that this process wrote. */
import type { Following, LogReader } from '../../processors/runtime/log.ts'
import type { EnrollmentVerdict } from '../../schemas/enrollment.ts'
import { enrollmentVerdicts } from '../../topics/catalogue.ts'

export interface VerdictWatch {
  /** Begin before the change is written, lest its verdict be missed. */
  watch(deviceId: string, changeId: string): Watched
  stop(): Promise<void>
}

export interface Watched {
  /** The verdict on the change at this offset; undefined = none within so many real ms. Ends the watch. */
  verdictOf(changeOffset: number, limitMs: number): Promise<EnrollmentVerdict | undefined>
  cancel(): void
}

interface Waiting {
  readonly seen: EnrollmentVerdict[]
  onVerdict: () => void
}

const keyOf = (deviceId: string, changeId: string): string => `${deviceId}\u0000${changeId}`

export async function watchVerdicts(reader: LogReader): Promise<VerdictWatch> {
  const waiting = new Map<string, Set<Waiting>>()
  const following: Following = await reader.follow([enrollmentVerdicts], 'end', (records) => {
    for (const { value } of records)
      for (const one of (value && waiting.get(keyOf(value.deviceId, value.changeId))) ?? []) {
        if (value) one.seen.push(value)
        one.onVerdict()
      }
  })
  await following.caughtUp

  function watch(deviceId: string, changeId: string): Watched {
    const key = keyOf(deviceId, changeId)
    const one: Waiting = { seen: [], onVerdict: () => undefined }
    waiting.set(key, (waiting.get(key) ?? new Set()).add(one))
    const cancel = (): void => {
      const others = waiting.get(key)
      others?.delete(one)
      if (others?.size === 0) waiting.delete(key)
    }
    return {
      cancel,
      verdictOf: (changeOffset, limitMs) =>
        new Promise((resolve) => {
          const end = (verdict?: EnrollmentVerdict): void => {
            clearTimeout(timer)
            cancel()
            resolve(verdict)
          }
          const timer = setTimeout(end, limitMs)
          one.onVerdict = () => {
            const verdict = one.seen.find((seen) => seen.changeOffset === changeOffset)
            if (verdict) end(verdict)
          }
          one.onVerdict()
        }),
    }
  }

  return { watch, stop: following.stop }
}
