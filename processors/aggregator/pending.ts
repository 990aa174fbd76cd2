/** Notes windows that changed after they were written, or are not complete yet, for the next tick. */
import type { StreamDraft } from './draft.ts'
import type { AggregatorDay, PendingWindows } from './state.ts'
import type { WindowEnergy } from './window-energy.ts'

/** Notes windows with what they came to before the change; what is noted already keeps its first note. */
export function notePending(draft: StreamDraft, day: AggregatorDay, windows: readonly (readonly [number, WindowEnergy])[]): void {
  const known = draft.pending(day.startMs) ?? emptyPending(day)
  const fresh = windows.filter(([index]) => !known.index.includes(index))
  if (fresh.length === 0) return
  draft.setPending(day.startMs, {
    ...known,
    index: [...known.index, ...fresh.map(([index]) => index)],
    wh: [...known.wh, ...fresh.map(([, energy]) => energy.wh)],
    coveragePermille: [...known.coveragePermille, ...fresh.map(([, energy]) => energy.coveragePermille)],
    quality: [...known.quality, ...fresh.map(([, energy]) => energy.quality)],
  })
}

/** The notes of the given windows, and what is left; undefined = nothing. */
export function takePending(pending: PendingWindows, isDue: (index: number) => boolean) {
  const places = pending.index.map((index, place) => ({ place, isDue: isDue(index) }))
  const pick = <T>(values: readonly T[], due: boolean) => values.filter((_, place) => places[place]?.isDue === due)
  const due = pick(pending.index, true).map((index, i): readonly [number, WindowEnergy] => [
    index,
    {
      wh: pick(pending.wh, true)[i] ?? 0,
      coveragePermille: pick(pending.coveragePermille, true)[i] ?? 0,
      quality: pick(pending.quality, true)[i] ?? 0,
    },
  ])
  const rest: PendingWindows = {
    ...pending,
    index: pick(pending.index, false),
    wh: pick(pending.wh, false),
    coveragePermille: pick(pending.coveragePermille, false),
    quality: pick(pending.quality, false),
  }
  return { due, rest: rest.index.length > 0 ? rest : undefined }
}

function emptyPending({ deviceId, channel, source, startMs }: AggregatorDay): PendingWindows {
  return { deviceId, channel, source, dayMs: startMs, index: [], wh: [], coveragePermille: [], quality: [] }
}
