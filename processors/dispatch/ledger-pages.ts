/** Keeps one ledger row per device in pages of neighbours, so that a pass over many devices changes few records. */
import type { Store } from '../runtime/define.ts'
import type { LedgerPage, LedgerState } from './ledger.ts'

export interface LedgerRow {
  /** seq of the last command; 0 = none. */
  readonly seq: number
  readonly state: LedgerState
}

/** The ledger of one task, to be used in one step: opened, read and written in any order of ids (ascending is fastest), then closed. */
export interface Ledger {
  get(deviceId: string): LedgerRow | undefined
  put(deviceId: string, row: LedgerRow): void
  /** Writes what was put to the store. */
  close(): void
}

/** A page that grows beyond this is split. */
const MOST_ROWS = 128

/** Key of the first page: at or before every id, and not empty, since compacted topics need keys. */
const FIRST_PAGE = ' '

/** First ids of the pages of each store, ascending; rebuilt when pages came or went without it. */
const pageKeys = new WeakMap<Store<LedgerPage>, string[]>()

function keysOf(store: Store<LedgerPage>): string[] {
  const known = pageKeys.get(store)
  if (known?.length === store.size) return known
  const keys = store.entries().map(([key]) => key)
  pageKeys.set(store, keys)
  return keys
}

/** Index of the last value at or below `wanted`; -1 = all are above. */
function floorIndex(values: readonly string[], wanted: string): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((values[middle] as string) <= wanted) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** A page taken apart into rows. */
interface OpenPage {
  readonly key: string
  /** First id of the next page; undefined = this is the last. */
  readonly nextKey: string | undefined
  readonly deviceIds: string[]
  readonly rows: LedgerRow[]
  changed: boolean
  /** Where the id was found that was sought last: who reads a row often writes it next. */
  found: number
}

function openPage(store: Store<LedgerPage>, deviceId: string): OpenPage {
  const keys = keysOf(store)
  const index = Math.max(0, floorIndex(keys, deviceId))
  const key = keys[index] ?? FIRST_PAGE
  const page = store.get(key)
  const rows = page?.deviceIds.map((_, row) => ({
    seq: page.seqs[row] ?? 0,
    state: page.states[page.stateIndexes[row] ?? 0] as LedgerState,
  }))
  return { key, nextKey: keys[index + 1], deviceIds: [...(page?.deviceIds ?? [])], rows: rows ?? [], changed: false, found: -1 }
}

function toPage(deviceIds: readonly string[], rows: readonly LedgerRow[]): LedgerPage {
  const indexes = new Map<LedgerState, number>()
  for (const { state } of rows) if (!indexes.has(state)) indexes.set(state, indexes.size)
  return {
    deviceIds,
    seqs: rows.map(({ seq }) => seq),
    stateIndexes: rows.map(({ state }) => indexes.get(state) ?? 0),
    states: [...indexes.keys()],
  }
}

function writePage(store: Store<LedgerPage>, { key, deviceIds, rows }: OpenPage): void {
  const keys = keysOf(store)
  const parts = Math.ceil(rows.length / MOST_ROWS)
  const rowsEach = Math.ceil(rows.length / parts)
  for (let part = 0; part < parts; part++) {
    const from = part * rowsEach
    const partKey = part === 0 ? key : (deviceIds[from] as string)
    store.put(partKey, toPage(deviceIds.slice(from, from + rowsEach), rows.slice(from, from + rowsEach)))
    const place = floorIndex(keys, partKey)
    if (keys[place] !== partKey) keys.splice(place + 1, 0, partKey)
  }
}

const holds = (page: OpenPage, deviceId: string): boolean => deviceId >= page.key && (page.nextKey === undefined || deviceId < page.nextKey)

/** Index of the last id at or below `deviceId`; -1 = all are above. */
function indexIn(page: OpenPage, deviceId: string): number {
  if (page.deviceIds[page.found] !== deviceId) page.found = floorIndex(page.deviceIds, deviceId)
  return page.found
}

/** Opens the ledger on its store. */
export function openLedger(store: Store<LedgerPage>): Ledger {
  let page: OpenPage | undefined

  function close(): void {
    if (page?.changed) writePage(store, page)
    page = undefined
  }

  function pageOf(deviceId: string): OpenPage {
    if (page && holds(page, deviceId)) return page
    close()
    page = openPage(store, deviceId)
    return page
  }

  return {
    get(deviceId) {
      const open = pageOf(deviceId)
      const index = indexIn(open, deviceId)
      return open.deviceIds[index] === deviceId ? open.rows[index] : undefined
    },
    put(deviceId, row) {
      const open = pageOf(deviceId)
      const index = indexIn(open, deviceId)
      open.changed = true
      if (open.deviceIds[index] === deviceId) {
        open.rows[index] = row
      } else {
        open.deviceIds.splice(index + 1, 0, deviceId)
        open.rows.splice(index + 1, 0, row)
      }
    },
    close,
  }
}
