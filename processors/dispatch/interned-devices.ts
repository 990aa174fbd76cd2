/** Holds once what many devices have alike: templates, attributes, enrollments. */
import type { DeviceState, Template } from '../../schemas/enrollment.ts'

/** Contents differ little between devices; should they differ much, the memory starts anew. */
const MOST_REMEMBERED = 50_000

/** Gives the first value that was seen with a key. */
function createPool<V>(): (key: string, value: V) => V {
  const pool = new Map<string, V>()
  return (key, value) => {
    const known = pool.get(key)
    if (known !== undefined) return known
    if (pool.size >= MOST_REMEMBERED) pool.clear()
    pool.set(key, value)
    return value
  }
}

/** All of a list of templates by which one differs from another, as text. */
export function describeTemplates(templates: readonly Template[]): string {
  let text = ''
  for (const { programId, level, mode, limitW, hash } of templates) text += `${programId}|${level}|${mode}|${limitW}|${hash}\n`
  return text
}

/** Makes a function that returns an equal state whose parts are shared. */
export function createDeviceInterning(): (device: DeviceState) => DeviceState {
  const templateLists = createPool<DeviceState['templates']>()
  const attributes = createPool<DeviceState['attributes']>()
  const enrollments = createPool<DeviceState['enrollments']>()
  const empty: readonly never[] = []
  return (device) => ({
    ...device,
    attributes: attributes(JSON.stringify(device.attributes), device.attributes),
    templates: templateLists(describeTemplates(device.templates), device.templates),
    enrollments: enrollments(JSON.stringify(device.enrollments), device.enrollments),
    suspensions: device.suspensions.length === 0 ? empty : device.suspensions,
    optOuts: device.optOuts.length === 0 ? empty : device.optOuts,
  })
}

let templateSets = new Map<string, number>()
const templateSetOf = new WeakMap<DeviceState['templates'], number>()
let setsSeen = 0

/** A number that two lists of templates share exactly when they are alike. Memory of a pure function. */
export function templateSetNumber(templates: DeviceState['templates']): number {
  const known = templateSetOf.get(templates)
  if (known !== undefined) return known
  if (templateSets.size >= MOST_REMEMBERED) templateSets = new Map()
  const text = describeTemplates(templates)
  const number = templateSets.get(text) ?? ++setsSeen
  templateSets.set(text, number)
  templateSetOf.set(templates, number)
  return number
}
