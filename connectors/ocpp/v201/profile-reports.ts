/** Waits for what a station reports of its charging profiles, which comes apart from the answer to GetChargingProfiles and in parts. */
import type { Meaning } from '../wire/dialect.ts'

type Report = Extract<Meaning, { kind: 'profilesReported' }>

export interface ProfileReports {
  /** An id for a request, and all profiles that are reported under it; undefined where the last part does not come in time. */
  expect(deviceId: string): { readonly requestId: number; readonly profiles: Promise<readonly unknown[] | undefined> }
  take(deviceId: string, report: Report): void
}

interface Waiting {
  readonly deviceId: string
  readonly profiles: unknown[]
  resolve(profiles: readonly unknown[] | undefined): void
}

const MOST_ID = 2 ** 31 - 1

/** `waitMs`: real time. */
export function createProfileReports(waitMs: number): ProfileReports {
  const waiting = new Map<number, Waiting>()
  let serial = 0

  return {
    expect(deviceId) {
      serial = (serial % MOST_ID) + 1
      const requestId = serial
      const profiles = new Promise<readonly unknown[] | undefined>((resolve) => {
        waiting.set(requestId, { deviceId, profiles: [], resolve })
        setTimeout(() => {
          waiting.delete(requestId)
          resolve(undefined)
        }, waitMs).unref()
      })
      return { requestId, profiles }
    },
    take(deviceId, { requestId, profiles, isLast }) {
      const known = waiting.get(requestId)
      if (known?.deviceId !== deviceId) return
      known.profiles.push(...profiles)
      if (!isLast) return
      waiting.delete(requestId)
      known.resolve(known.profiles)
    },
  }
}
