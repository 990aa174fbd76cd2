/** A device's file is the same however often an ack is read, and never forgets what the device may hold. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { takeAck, takeCommand } from '../../../connectors/delivery/device-file.ts'
import type { AckStatus, Command, DeviceAck } from '../../../schemas/dispatch.ts'
import { aCommand, anAck, aRelease, fileOf, HOUR_MS, NOW_MS } from './build.ts'

const statuses: readonly AckStatus[] = [
  'attempting',
  'sent',
  'accepted',
  'rejected',
  'notSupported',
  'timedOut',
  'overridden',
  'applied',
  'released',
  'superseded',
]
const anyCommand: fc.Arbitrary<Command> = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 3 }))
  .map(([seq, hours]) => (hours === 0 ? aRelease(seq) : aCommand(seq, NOW_MS + hours * HOUR_MS)))
const anyAck: fc.Arbitrary<DeviceAck> = fc
  .tuple(anyCommand, fc.constantFrom(...statuses))
  .filter(([command, status]) => status !== 'released' || command.segments.length === 0)
  .map(([command, status]) => anAck(command, status))
const anyStory = fc.array(fc.oneof(anyCommand, anyAck), { maxLength: 12 })

describe('the newest command', () => {
  test('wins in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 1 }), (seqs) => {
        expect(fileOf(...seqs.map((seq) => aCommand(seq))).command?.seq).toBe(Math.max(...seqs))
      }),
    )
  })

  test('starts its tries anew', () => {
    const tried = { ...fileOf(aCommand(1)), tries: 3, checks: 2, notBeforeMs: NOW_MS + 1 }
    expect(takeCommand(tried, aCommand(2))).toMatchObject({ tries: 0, checks: 0, notBeforeMs: 0 })
    expect(takeCommand(tried, aCommand(1))).toBe(tried)
  })
})

describe('acks', () => {
  test('read twice change nothing more', () => {
    fc.assert(
      fc.property(anyStory, anyAck, (story, ack) => {
        const once = takeAck(fileOf(...story), ack)
        expect(takeAck(once, ack)).toEqual(once)
      }),
    )
  })

  test('of a limit that was sent keep it until a release that is no older', () => {
    fc.assert(
      fc.property(anyStory, anyStory, (before, after) => {
        const sent = aCommand(3, NOW_MS + 2 * HOUR_MS)
        const released = after.some((record) => 'status' in record && record.status === 'released' && record.seq >= sent.seq)
        if (!released) expect(fileOf(...before, anAck(sent, 'sent'), ...after).holdsUntilMs).toBeGreaterThanOrEqual(NOW_MS + 2 * HOUR_MS)
      }),
    )
  })

  test('of a refused release leave it open', () => {
    const release = aRelease(2)
    const refused = fileOf(aCommand(1), anAck(aCommand(1), 'accepted'), release, anAck(release, 'sent'), anAck(release, 'rejected'))
    expect(refused.answer.seq).toBe(1)
  })

  test('an override is not undone by what is said of the same command later', () => {
    const command = aCommand(1)
    const file = fileOf(command, anAck(command, 'accepted'), anAck(command, 'overridden'), anAck(command, 'applied'))
    expect(file.answer).toEqual({ seq: 1, status: 'overridden' })
  })

  test('an older limit that was taken after a newer command was sent makes the newest due again', () => {
    const story = [aCommand(1), anAck(aCommand(1), 'sent'), aCommand(2), anAck(aCommand(2), 'sent'), anAck(aCommand(2), 'accepted')]
    expect(fileOf(...story).again).toBe(false)
    const late = fileOf(...story, anAck(aCommand(1), 'accepted'))
    expect(late.again).toBe(true)
    expect(takeAck(late, anAck(aCommand(2), 'sent')).again).toBe(false)
  })
})

describe('whether the file is whole', () => {
  test('it is from the first command on, or from a release on', () => {
    expect(fileOf(aCommand(2)).whole).toBe(false)
    expect(fileOf(aCommand(1), aCommand(2)).whole).toBe(true)
    expect(fileOf(aRelease(7), anAck(aRelease(7), 'sent'), anAck(aRelease(7), 'released')).whole).toBe(true)
  })

  test('a release that came after something newer was sent proves nothing', () => {
    expect(fileOf(anAck(aCommand(8), 'sent'), anAck(aRelease(7), 'released')).whole).toBe(false)
  })
})
