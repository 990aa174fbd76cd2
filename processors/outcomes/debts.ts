/** Keeps which releases are owed: sent, not confirmed, while the device may still hold what it was told before. */
import { type Infer, long, record, string } from '../../schemas/avro.ts'
import type { DeviceAck } from '../../schemas/dispatch.ts'
import type { TrackedCommand } from './tracked.ts'

export const owedRelease = record('OwedRelease', 'A release that a device has not confirmed.', {
  deviceId: string('Device.'),
  commandId: string('The release.'),
  seq: long('Its seq.'),
  sinceMs: long('When it was issued, epoch ms UTC.'),
  owedUntilMs: long('When the last limit that the device may hold ends by itself, epoch ms UTC.'),
})
export type OwedRelease = Infer<typeof owedRelease>

/** The debt that a release starts; undefined = the device holds nothing. `before`: a debt that is still open. */
export function debtOf(
  deviceId: string,
  release: TrackedCommand,
  earlier: readonly TrackedCommand[],
  before: OwedRelease | undefined,
): OwedRelease | undefined {
  const owedUntilMs = Math.max(before?.owedUntilMs ?? 0, ...earlier.map(({ lastEndMs }) => lastEndMs))
  const taken = release.seen === 'accepted' || release.outcome === 'released'
  if (taken || owedUntilMs <= release.issuedMs) return undefined
  return { deviceId, commandId: release.commandId, seq: release.seq, sinceMs: before?.sinceMs ?? release.issuedMs, owedUntilMs }
}

/** Whether the ack shows that the device has let go: it took this release, or a newer command. */
export const isPaid = (debt: OwedRelease, { seq, status }: DeviceAck): boolean =>
  seq >= debt.seq && (status === 'accepted' || status === 'applied' || status === 'released')
