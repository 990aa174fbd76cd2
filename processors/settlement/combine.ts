/** How contributions become the energy of a unit: the definition that every other computation of it must equal. */
import type { UnitIntervalBlock } from '../../schemas/settlement.ts'
import type { HistoryAnswer, HistoryQuestion, UnitEnergies } from './history.ts'
import { regrid } from './regrid.ts'
import { namedSources, SOURCES } from './sources.ts'
import { addEnergies, ENERGY_QUALITY, type Energy } from './unit-energy.ts'

/** One interval of one channel and source of one contributor, newest revision. */
interface Contribution {
  readonly deviceId: string
  readonly source: UnitIntervalBlock['source']
  readonly channel: UnitIntervalBlock['channel']
  readonly revision: number
  readonly energy: Energy
}

/**
 * `log`: records of settlement.intervals in the order of their offsets, those that the question pins. Rules, in this order:
 * 1. of equal (device, channel, source, start, step) the greatest revision counts, of equal revisions the last on the log;
 *    intervals with coverage 0 say only that the device belongs to the unit;
 * 2. per device, source, start and step: `net` where it is there, else `import` and `export` added up (exports come negative);
 *    the least coverage and the worst quality of them;
 * 3. per device and source onto the grid through `fromMs`: finer intervals are added up, coverage is the share of the grid interval
 *    that they cover, quality the worst; coarser ones are not divided and count as absent;
 * 4. per device and grid interval one source: the greatest coverage, then the named sources, then the order of SOURCES;
 * 5. a device that is not covered whole in every grid interval of `wholeIn` is left out everywhere, as long as some device of the unit is
 *    whole: the energy that did not come would pass for a reduction;
 * 6. the unit is the sum over the other devices: least coverage, worst quality, named only if all are.
 */
export function answerHistory(question: HistoryQuestion, log: readonly UnitIntervalBlock[]): HistoryAnswer {
  const byUnit = groupBy(log, (block) => (block.programId === question.programId ? block.unitId : ''))
  return { units: question.unitIds.map((unitId) => unitEnergies(unitId, byUnit.get(unitId) ?? [], question)) }
}

function unitEnergies(unitId: string, blocks: readonly UnitIntervalBlock[], question: HistoryQuestion): UnitEnergies {
  const named = namedSources(question.dataSource)
  const byDevice = groupBy(newestOf(blocks, named), (c) => c.deviceId)
  const all = [...byDevice.values()].map((contributions) => deviceEnergies(contributions, question)).filter(({ size }) => size > 0)
  const whole = all.filter((energies) => isWhole(energies, question))
  const counted = whole.length > 0 ? whole : all
  const sums = new Map<number, Energy>()
  for (const energies of counted) {
    for (const energy of energies.values()) {
      const other = sums.get(energy.startMs)
      sums.set(energy.startMs, other ? addEnergies(other, energy) : energy)
    }
  }
  const energies = [...sums.values()].sort((a, b) => a.startMs - b.startMs)
  return { ...toColumns(unitId, energies), devicesLeftOut: all.length - counted.length }
}

/** Rule 5. */
function isWhole(energies: ReadonlyMap<number, Energy>, { wholeIn, stepS }: HistoryQuestion): boolean {
  return wholeIn.every(({ fromMs, toMs }) => {
    for (let atMs = fromMs; atMs < toMs; atMs += stepS * 1000) if ((energies.get(atMs)?.coveragePermille ?? 0) < 1000) return false
    return true
  })
}

/** Rule 1. */
function newestOf(blocks: readonly UnitIntervalBlock[], named: readonly string[]): Iterable<Contribution> {
  const newest = new Map<string, Contribution>()
  for (const block of blocks) {
    for (const contribution of contributionsOf(block, named)) {
      const { deviceId, channel, source, revision, energy } = contribution
      const key = [deviceId, channel, source, energy.startMs, energy.stepS].join('|')
      if (revision >= (newest.get(key)?.revision ?? 0)) newest.set(key, contribution)
    }
  }
  return newest.values()
}

function contributionsOf(block: UnitIntervalBlock, named: readonly string[]): Contribution[] {
  const { deviceId, source, channel, revision, stepS } = block
  return block.values.flatMap((wh, index) => {
    const coveragePermille = block.coveragePermille[index] ?? 0
    if (coveragePermille === 0) return []
    const startMs = block.startMs + index * stepS * 1000
    const quality = ENERGY_QUALITY[block.qualities[index] ?? 'missing']
    return [
      { deviceId, source, channel, revision, energy: { startMs, stepS, wh, quality, coveragePermille, named: named.includes(source) } },
    ]
  })
}

/** Rules 2 to 4: by start, of the intervals asked for. */
function deviceEnergies(contributions: readonly Contribution[], question: HistoryQuestion): ReadonlyMap<number, Energy> {
  const isAsked = (atMs: number) => question.spans.some((span) => atMs >= span.fromMs && atMs < span.toMs)
  const grid = { originMs: question.fromMs, stepS: question.stepS }
  const chosen = new Map<number, Energy>()
  const bySource = [...groupBy(contributions, (c) => c.source)].sort(([a], [b]) => rank(a, question) - rank(b, question))
  for (const [, ofSource] of bySource) {
    const net = [...groupBy(ofSource, (c) => `${c.energy.startMs}|${c.energy.stepS}`).values()].map(netOf)
    for (const energy of regrid(net, grid)) {
      if (!isAsked(energy.startMs)) continue
      const other = chosen.get(energy.startMs)
      if (!other || energy.coveragePermille > other.coveragePermille) chosen.set(energy.startMs, energy)
    }
  }
  return chosen
}

function rank(source: Contribution['source'], { dataSource }: HistoryQuestion): number {
  return SOURCES.indexOf(source) - (namedSources(dataSource).includes(source) ? SOURCES.length : 0)
}

function netOf(parts: readonly Contribution[]): Energy {
  const net = parts.filter((part) => part.channel === 'net')
  return (net.length > 0 ? net : parts).map((part) => part.energy).reduce(addEnergies)
}

function toColumns(unitId: string, energies: readonly Energy[]): Omit<UnitEnergies, 'devicesLeftOut'> {
  return {
    unitId,
    startMs: Float64Array.from(energies, (energy) => energy.startMs),
    wh: Float64Array.from(energies, (energy) => energy.wh),
    quality: Uint8Array.from(energies, (energy) => energy.quality),
    coveragePermille: Uint16Array.from(energies, (energy) => energy.coveragePermille),
    named: Uint8Array.from(energies, (energy) => (energy.named ? 1 : 0)),
  }
}

function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}
