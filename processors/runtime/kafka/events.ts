/** What a running sub-topology tells whoever measures or logs it. */

export interface RuntimeEvents {
  assigned?(partitions: readonly number[]): void
  revoked?(partitions: readonly number[]): void
  restored?(event: { readonly tasks: readonly string[]; readonly records: number; readonly durationMs: number }): void
  /** A transaction is committed. */
  committed?(event: { readonly inputs: number; readonly outputs: number; readonly durationMs: number }): void
  /** Records were deleted by retention before the group had read them. */
  expired?(event: { readonly topic: string; readonly partition: number; readonly from: number; readonly to: number }): void
  aborted?(event: { readonly reason: string }): void
  /** A fault stopped one task; the others go on. `coordinates` is null when no record is to blame. */
  stopped?(event: { readonly task: string; readonly coordinates: string | null; readonly message: string }): void
  paused?(event: { readonly topic: string; readonly partition: number }): void
  resumed?(event: { readonly topic: string; readonly partition: number }): void
  answerFailed?(event: { readonly task: string; readonly question: string; readonly message: string }): void
  /** The clients were lost; new ones are made after a pause. */
  restarting?(event: { readonly reason: string; readonly pauseMs: number }): void
  /** librdkafka met an error that it recovers from by itself. */
  clientError?(event: { readonly message: string; readonly code: number }): void
}
