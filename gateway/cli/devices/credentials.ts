/** Adds up what each credential has to carry, and sets it against the least notice of the programs that its devices are in. Pure. */
import { grouped, loadOf, programsAhead, sharedLine } from '../../../processors/enrollment/credentials.ts'
import type { Renderers } from '../../../processors/enrollment/render-templates.ts'
import type { DeviceState } from '../../../schemas/enrollment.ts'

export interface CredentialRow {
  readonly credential: string
  readonly protocol: string
  readonly devices: number
  /** To command all of them once. */
  readonly calls: number
  /** Until the last of them does as it is told, seconds. */
  readonly needS: number
  /** Of the programs that its devices are in; null = their terms are not known. */
  readonly leastNoticeS: number | null
  /** The program with that notice; empty = none is known. */
  readonly programId: string
  readonly suffices: boolean
}

export interface CredentialTally {
  take(device: DeviceState): void
  /** Those that cannot deliver first. */
  rows(): readonly CredentialRow[]
}

interface Counted {
  readonly device: DeviceState
  devices: number
  readonly programIds: Set<string>
}

/** `noticeOf`: the notice of a program's terms now, seconds. Devices in no program, and those with a line of their own, are not counted. */
export function createCredentialTally(
  renderers: Renderers,
  noticeOf: (programId: string) => number | undefined,
  nowMs: number,
): CredentialTally {
  const counts = new Map<string, Counted>()

  function rowOf({ device: { attributes }, devices, programIds }: Counted): CredentialRow | undefined {
    const line = sharedLine(attributes, renderers)
    const load = line && loadOf(line, devices)
    if (!load) return undefined
    const notices = [...programIds].flatMap((programId) => {
      const noticeS = noticeOf(programId)
      return noticeS === undefined ? [] : [{ programId, noticeS }]
    })
    const least = notices.sort((a, b) => a.noticeS - b.noticeS || (a.programId < b.programId ? -1 : 1))[0]
    return {
      credential: attributes.credential,
      protocol: attributes.protocol,
      devices,
      ...load,
      leastNoticeS: least?.noticeS ?? null,
      programId: least?.programId ?? '',
      suffices: least === undefined || load.needS <= least.noticeS,
    }
  }

  return {
    take(device) {
      const line = sharedLine(device.attributes, renderers)
      const programIds = programsAhead(device, nowMs)
      if (!line || programIds.length === 0) return
      const { protocol, credential } = device.attributes
      const key = [protocol, credential, JSON.stringify(line)].join('\u0000')
      const known = counts.get(key) ?? { device, devices: 0, programIds: new Set<string>() }
      counts.set(key, known)
      known.devices += 1
      for (const programId of programIds) known.programIds.add(programId)
    },
    rows() {
      const rows = [...counts.values()].flatMap((counted) => rowOf(counted) ?? [])
      return rows.sort((a, b) => Number(a.suffices) - Number(b.suffices) || (a.credential < b.credential ? -1 : 1))
    },
  }
}

const minutes = (seconds: number): string => `${grouped(Math.ceil(seconds / 60))} min`

export function describeCredential({
  credential,
  protocol,
  devices,
  calls,
  needS,
  leastNoticeS,
  programId,
  suffices,
}: CredentialRow): string {
  const notice = leastNoticeS === null ? 'no notice known' : `least notice ${grouped(Math.floor(leastNoticeS / 60))} min (${programId})`
  return [
    credential === '' ? '(no credential)' : credential,
    protocol,
    `${grouped(devices)} devices`,
    `${grouped(calls)} calls`,
    minutes(needS),
    notice,
    suffices ? 'suffices' : 'TOO SLOW',
  ].join('  ')
}
