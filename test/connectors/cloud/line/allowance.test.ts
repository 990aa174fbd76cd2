/** Releases may use all of a quota, commands all but what is kept for them, telemetry least; sites count by themselves. */
import { expect, test } from 'vitest'
import { type CloudDeclaration, TELEMETRY_ONLY, WITH_COMMANDS } from '../../../../connectors/cloud/declaration.ts'
import { createAllowance, type Purpose } from '../../../../connectors/cloud/line/allowance.ts'

const quota = { calls: 100, windowS: 60 }
const declaration: CloudDeclaration = {
  ...{ reactionTimeS: 0, quota, quotas: [quota], siteQuota: null, devicesPerCall: 1, concurrency: 1 },
  ...WITH_COMMANDS,
}
const whole = () => 1

/** Calls that can be made at once. */
function takes(purpose: Purpose, allowance: ReturnType<typeof createAllowance>, sites?: readonly string[]): number {
  let count = 0
  while (count < 1_000 && allowance.roomAtMs(purpose, 0, sites) === 0) {
    allowance.note(0, sites)
    count += 1
  }
  return count
}

test('a fifth is left for releases, and half at most goes to telemetry', () => {
  expect(takes('poll', createAllowance(declaration, whole))).toBe(50)
  const allowance = createAllowance(declaration, whole)
  expect([takes('command', allowance), takes('watch', allowance), takes('release', allowance)]).toEqual([80, 0, 20])
})

test('what telemetry used is not there for commands, and the share for releases still is', () => {
  const allowance = createAllowance(declaration, whole)
  expect([takes('poll', allowance), takes('command', allowance), takes('release', allowance)]).toEqual([50, 30, 20])
})

test('nodes divide the quota as they divide the devices', () => {
  expect(
    takes(
      'release',
      createAllowance(declaration, () => 0.25),
    ),
  ).toBe(25)
})

test('of several quotas the tightest holds', () => {
  const allowance = createAllowance({ ...declaration, quotas: [quota, { calls: 10, windowS: 3600 }] }, whole)
  expect(takes('release', allowance)).toBe(10)
})

test('a site has a quota of its own beside that of the credential', () => {
  const bySite = { ...declaration, ...TELEMETRY_ONLY, siteQuota: { calls: 3, windowS: 60 } }
  const allowance = createAllowance(bySite, whole)
  expect(takes('poll', allowance, ['a'])).toBe(3)
  expect(takes('poll', allowance, ['a', 'b'])).toBe(0)
  expect(takes('poll', allowance, ['b'])).toBe(3)
})

test('it foresees when so many calls are made at best', () => {
  const allowance = createAllowance(declaration, whole)
  expect(allowance.doneAtMs('command', 80, 0)).toBe(0)
  const secondMinute = allowance.doneAtMs('command', 81, 0)
  allowance.note(0, [], 80)
  expect(allowance.doneAtMs('command', 1, 0)).toBeGreaterThanOrEqual(60_000)
  expect(allowance.doneAtMs('command', 160, 0)).toBeGreaterThanOrEqual(secondMinute + 60_000)
})
