/** Capacity by resource: what the utility can see of devices, and who of them left which event. */
import { expect, it } from 'vitest'
import { programCapacity } from '../../../topics/catalogue.ts'
import { aDevice, anEnrollment } from '../../build/devices.ts'
import { anEvent, anOrder, NOON_MS } from '../../build/events.ts'
import { aProgram } from '../../build/terms.ts'
import { sendOrder, sendStates, startDispatch } from './story.ts'

const always = { fromMs: 0, untilMs: null }
const resources = (driver: ReturnType<typeof startDispatch>) => {
  const newest = new Map(driver.read(programCapacity).map(({ key, value }) => [key, value]))
  return [...newest.values()].flatMap((sum) => sum?.resources ?? [])
}
const inNorth = (deviceId: string, change: Parameters<typeof aDevice>[0] = {}) =>
  aDevice({ deviceId, enrollments: [anEnrollment('summer-shed', { resourceId: 'north' })], ...change })

it('is published by resource, with who left which event, where the utility knows resources', () => {
  const driver = startDispatch({ devicePartitions: 1 })
  const known = [aProgram('summer-shed', { settledUnit: 'resource' })]
  sendOrder(driver, anOrder(1, { programs: known, events: [anEvent()] }))
  const leaves = (eventId: string, actor: 'customer' | 'device') => [{ eventId, actor, ...always }]
  sendStates(driver, [
    inNorth('a'),
    inNorth('b', { optOuts: leaves('E', 'customer') }),
    inNorth('c', { optOuts: leaves('E', 'device') }),
    inNorth('d', { optOuts: leaves('of long ago', 'customer') }),
    inNorth('e', { suspensions: [{ programId: null, held: false, ...always }] }),
    aDevice({ deviceId: 'f', enrollments: [anEnrollment('summer-shed', { resourceId: 'south' })] }),
    aDevice({ deviceId: 'g' }),
  ])
  driver.advanceTo(NOON_MS + 60_000)
  expect(resources(driver)).toEqual([
    {
      resourceId: 'north',
      devices: 5,
      callable: 4,
      availableW: 44_000,
      optOuts: [{ eventId: 'E', devices: 2, overrides: 1 }],
      mostW: 44_000,
      floorW: 4 * 4_140,
    },
    { resourceId: 'south', devices: 1, callable: 1, availableW: 11_000, optOuts: [], mostW: 11_000, floorW: 4_140 },
  ])
  sendStates(driver, [inNorth('a', { optOuts: leaves('E', 'customer') })])
  driver.advanceTo(NOON_MS + 120_000)
  expect(resources(driver)[0]?.optOuts).toEqual([{ eventId: 'E', devices: 3, overrides: 1 }])
})

it('names no resource where the utility knows none', () => {
  const driver = startDispatch()
  sendOrder(driver, anOrder(1, { programs: [aProgram()] }))
  sendStates(driver, [inNorth('a')])
  driver.advanceTo(NOON_MS + 60_000)
  expect(driver.read(programCapacity)).toHaveLength(1)
  expect(resources(driver)).toEqual([])
})

it('counts an opt-out of a mandatory program only within its allowance', () => {
  const driver = startDispatch({ devicePartitions: 1 })
  const known = [aProgram('summer-shed', { settledUnit: 'resource', mandatory: true, optOutAllowance: 1 })]
  sendOrder(driver, anOrder(1, { programs: known, events: [anEvent()] }))
  const leaves = (eventId: string, fromMs: number) => ({ eventId, actor: 'customer' as const, fromMs, untilMs: null })
  sendStates(driver, [
    inNorth('first', { optOuts: [leaves('E', NOON_MS - 1)] }),
    inNorth('second', { optOuts: [leaves('D', NOON_MS - 2), leaves('E', NOON_MS - 1)] }),
  ])
  driver.advanceTo(NOON_MS + 60_000)
  expect(resources(driver)).toMatchObject([{ devices: 2, optOuts: [{ eventId: 'E', devices: 1 }] }])
})

it('tells of no resource where there are too many', () => {
  const driver = startDispatch({ devicePartitions: 1, workBudget: 500 })
  sendOrder(driver, anOrder(1, { programs: [aProgram('summer-shed', { settledUnit: 'resource' })] }))
  const of = (index: number) => anEnrollment('summer-shed', { resourceId: `r-${index}` })
  sendStates(
    driver,
    Array.from({ length: 2_001 }, (_, index) => aDevice({ deviceId: `d-${index}`, enrollments: [of(index)] })),
  )
  driver.advanceTo(NOON_MS + 60_000)
  expect(driver.read(programCapacity).at(-1)?.value).toMatchObject({ resources: [], tooManyResources: true })
})
