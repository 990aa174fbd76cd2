/** `drover state`: a device as it was at a time, and as it was known at a time. */
import type { Command } from 'commander'
import { foldChange } from '../../../processors/enrollment/fold.ts'
import { covers, type Period } from '../../../processors/enrollment/period.ts'
import type { DeviceState } from '../../../schemas/enrollment.ts'
import { enrollmentChanges, enrollmentVerdicts } from '../../../topics/catalogue.ts'
import { readTime } from '../read-time.ts'
import type { Session } from '../session.ts'
import { readAll } from '../wait-for.ts'

/** Folds the changes of one device that were recorded up to a time; payload templates are left out. */
async function foldHistory(session: Session, deviceId: string, asKnownAtMs: number): Promise<DeviceState | undefined> {
  let state: DeviceState | undefined
  // Enrollment refuses more than a fold can know of: programs that are unknown, changes that were taken before.
  const refused = new Set<number>()
  await readAll(session, [enrollmentVerdicts], 'beginning', ({ key, value: verdict }) => {
    if (key === deviceId && verdict && verdict.refusal !== null) refused.add(verdict.changeOffset)
  })
  await readAll(session, [enrollmentChanges], 'beginning', ({ key, value: change, offset, timestampMs }) => {
    if (key !== deviceId || !change || timestampMs > asKnownAtMs || refused.has(offset)) return
    const folded = foldChange(state, change, offset)
    if (!('refusal' in folded)) state = folded
  })
  return state
}

const at = <T extends Period>(entries: readonly T[], atMs: number): readonly T[] => entries.filter((entry) => covers(entry, atMs))

export function addStateCommand(program: Command, session: Session): void {
  program
    .command('state')
    .description('a device as it was; --as-known-at tells what was known then')
    .requiredOption('--device <id>', 'device or meter')
    .option('--at <time>', 'ISO 8601; what was in force then (default: now)')
    .option('--as-known-at <time>', 'ISO 8601; leaves out what was recorded later (default: now)')
    .action(async (options: { device: string; at?: string; asKnownAt?: string }) => {
      const nowMs = session.environment().clock.nowMs()
      const atMs = readTime('--at', options.at, nowMs)
      const state = await foldHistory(session, options.device, readTime('--as-known-at', options.asKnownAt, nowMs))
      if (!state) throw new Error(`--device: ${options.device} was not registered by then`)
      const { templates: _, ...facts } = state
      const inForce = {
        memberships: at(state.memberships, atMs),
        enrollments: at(state.enrollments, atMs),
        suspensions: at(state.suspensions, atMs),
        optOuts: at(state.optOuts, atMs),
      }
      console.log(
        JSON.stringify(
          { ...facts, ...inForce, at: new Date(atMs).toISOString(), terminated: state.terminatedMs !== null && state.terminatedMs <= atMs },
          null,
          2,
        ),
      )
    })
}
