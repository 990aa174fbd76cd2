/** Starts roles side by side, all of them or none. */
import type { RunningRole } from './start.ts'

/** Resolves when all have started. If one fails, those that started are stopped before this throws what it threw. */
export async function startAll(starts: readonly (() => Promise<RunningRole>)[]): Promise<readonly RunningRole[]> {
  const settled = await Promise.allSettled(starts.map((start) => start()))
  const running = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failure = settled.find((result) => result.status === 'rejected')
  if (!failure) return running
  await Promise.all(running.map(({ stop }) => stop()))
  throw failure.reason
}
