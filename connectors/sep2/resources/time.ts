/** The Time resource: the server's clock, and how the local clock of a zone stands to it. */
import { segmentAt } from '../../../processors/calendar/zone-offset.ts'
import type { Fields } from '../xml/write.ts'
import { hrefs } from './hrefs.ts'

/** Obtained from a source of level 3, as by NTP (sep.xsd, Time.quality). */
const QUALITY = 4
/** Summer time of one year and the winter around it. */
const LOOK_AROUND_MS = 400 * 86_400_000

interface Summer {
  readonly fromMs: number
  readonly untilMs: number
  readonly offsetMs: number
}

export function timeFields(nowMs: number, zone: string, pollRateS: number): Fields {
  const { standardMs, summer } = yearOf(nowMs, zone)
  const isSummer = summer !== undefined && summer.fromMs <= nowMs && nowMs < summer.untilMs
  const currentS = Math.floor(nowMs / 1000)
  return {
    '@href': hrefs.time,
    '@pollRate': pollRateS,
    currentTime: currentS,
    dstEndTime: (summer?.untilMs ?? 0) / 1000,
    dstOffset: (summer?.offsetMs ?? 0) / 1000,
    dstStartTime: (summer?.fromMs ?? 0) / 1000,
    localTime: currentS + (standardMs + (isSummer ? summer.offsetMs : 0)) / 1000,
    quality: QUALITY,
    tzOffset: standardMs / 1000,
  }
}

/**
 * The lowest offset around an instant is that of the standard time; the stretch above it that holds the instant, or else the next
 * one, is its summer time. Stretches are cut at New Year, where one goes on in the south.
 */
function yearOf(nowMs: number, zone: string): { standardMs: number; summer: Summer | undefined } {
  const stretches: Summer[] = []
  for (let atMs = nowMs - LOOK_AROUND_MS; atMs < nowMs + LOOK_AROUND_MS; ) {
    const { fromMs, untilMs, offsetMs } = segmentAt(atMs, zone)
    const last = stretches.at(-1)
    if (last?.offsetMs === offsetMs) stretches[stretches.length - 1] = { ...last, untilMs }
    else stretches.push({ fromMs, untilMs, offsetMs })
    atMs = untilMs
  }
  const standardMs = Math.min(...stretches.map(({ offsetMs }) => offsetMs))
  const found = stretches.find(({ offsetMs, untilMs }) => offsetMs > standardMs && untilMs > nowMs)
  return { standardMs, summer: found && { ...found, offsetMs: found.offsetMs - standardMs } }
}
