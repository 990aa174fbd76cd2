/** What is due for a device: applies until they are over, releases until they are confirmed. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextStep, retryAtMs } from '../../../connectors/delivery/decide.ts'
import type { Command, DeviceAck } from '../../../schemas/dispatch.ts'
import { aCommand, anAck, aRelease, fileOf, HOUR_MS, NOW_MS } from './build.ts'

const verify = async () => ({ holds: 'unknown', detail: '' }) as const
const stepOf = (story: readonly (Command | DeviceAck)[], nowMs = NOW_MS, abilities: Parameters<typeof nextStep>[1] = { verify }) =>
  nextStep(fileOf(...story), abilities, nowMs).do

describe('an apply', () => {
  const command = aCommand(1)
  const sent = anAck(command, 'sent')

  test.each([
    ['is sent when it is new', [command], 'send'],
    ['is sent again when nothing was answered', [command, sent], 'send'],
    ['is sent again when it timed out', [command, sent, anAck(command, 'timedOut')], 'send'],
    ['is looked at when it was accepted', [command, sent, anAck(command, 'accepted')], 'verify'],
    ['is done when it is applied', [command, sent, anAck(command, 'applied')], 'nothing'],
    ['is done when it is rejected', [command, sent, anAck(command, 'rejected')], 'nothing'],
    ['is done when it is not supported', [command, sent, anAck(command, 'notSupported')], 'nothing'],
    ['is never fought for when it was overridden', [command, sent, anAck(command, 'overridden')], 'nothing'],
    ['is not sent when a newer one was answered', [command, anAck(aCommand(2), 'accepted')], 'nothing'],
  ] as const)('%s', (_, story, step) => {
    expect(stepOf(story)).toBe(step)
  })

  test('is not sent from its expiry on, nor from its end on', () => {
    expect(stepOf([command], NOW_MS + HOUR_MS - 1)).toBe('send')
    expect(stepOf([command], NOW_MS + HOUR_MS)).toBe('nothing')
    expect(stepOf([{ ...command, expiresMs: NOW_MS + 1 }], NOW_MS + 1)).toBe('nothing')
    expect(stepOf([{ ...command, expiresMs: null }], NOW_MS + HOUR_MS)).toBe('nothing')
  })

  test('is looked at three times at most', () => {
    const accepted = fileOf(command, sent, anAck(command, 'accepted'))
    expect(nextStep({ ...accepted, checks: 2 }, { verify }, NOW_MS).do).toBe('verify')
    expect(nextStep({ ...accepted, checks: 3 }, { verify }, NOW_MS).do).toBe('nothing')
  })

  test('is not looked at where the protocol cannot', () => {
    expect(stepOf([command, sent, anAck(command, 'accepted')], NOW_MS, {})).toBe('nothing')
  })

  test('is sent again when its next part is due, counted from when it was last sent', () => {
    const againMs = (_: Command, sentMs: number) => (sentMs < NOW_MS + 1_000 ? NOW_MS + 1_000 : undefined)
    const story = [
      command,
      anAck(command, 'sent', NOW_MS),
      anAck(command, 'accepted', NOW_MS + 5),
      anAck(command, 'applied', NOW_MS + 2_000),
    ]
    expect(nextStep(fileOf(...story), { verify, againMs }, NOW_MS + 10)).toEqual({ do: 'wait', untilMs: NOW_MS + 1_000 })
    expect(stepOf(story, NOW_MS + 1_000, { verify, againMs })).toBe('send')
    expect(stepOf([...story, anAck(command, 'sent', NOW_MS + 1_000)], NOW_MS + 1_000, { verify, againMs })).toBe('nothing')
  })
})

describe('a release', () => {
  const limit = aCommand(1)
  const release = aRelease(2)
  const held = [limit, anAck(limit, 'sent'), anAck(limit, 'accepted')] as const

  test.each([
    ['is sent to a device that holds a limit', [...held, release], 'send'],
    ['is sent again when nothing was answered', [...held, release, anAck(release, 'sent')], 'send'],
    ['is sent again when it was refused', [...held, release, anAck(release, 'sent'), anAck(release, 'rejected')], 'send'],
    ['is done when it is confirmed', [...held, release, anAck(release, 'sent'), anAck(release, 'released')], 'nothing'],
    ['is settled when nothing was ever sent', [limit, release], 'settle'],
    ['is sent where the file is not whole', [release], 'send'],
  ] as const)('%s', (_, story, step) => {
    expect(stepOf(story)).toBe(step)
  })

  test('is settled once the copy on the device has ended, not before', () => {
    expect(stepOf([...held, release], NOW_MS + HOUR_MS - 1)).toBe('send')
    expect(stepOf([...held, release], NOW_MS + HOUR_MS)).toBe('settle')
  })

  test('is owed at any time while the device may hold a limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('sent', 'timedOut', 'rejected', 'notSupported'), { maxLength: 8 }),
        fc.nat(HOUR_MS - 1),
        (statuses, afterMs) => {
          const story = [...held, release, ...statuses.map((status) => anAck(release, status))]
          expect(stepOf(story, NOW_MS + afterMs)).toBe('send')
        },
      ),
    )
  })
})

describe('pauses', () => {
  test('hold up what would be done, and nothing else', () => {
    const file = { ...fileOf(aCommand(1)), notBeforeMs: NOW_MS + 10 }
    expect(nextStep(file, {}, NOW_MS)).toEqual({ do: 'wait', untilMs: NOW_MS + 10 })
    expect(nextStep(file, {}, NOW_MS + 10).do).toBe('send')
    expect(nextStep({ ...file, notBeforeMs: NOW_MS + 2 * HOUR_MS }, {}, NOW_MS + HOUR_MS).do).toBe('nothing')
  })

  test('grow with the tries up to ten minutes, and spread by half around', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.double({ min: 0, max: 1, noNaN: true }), (tries, spread) => {
        const waitMs = retryAtMs(tries, NOW_MS, spread) - NOW_MS
        const base = Math.min(600_000, 5_000 * 2 ** (tries - 1))
        expect(waitMs).toBeGreaterThanOrEqual(Math.floor(base * 0.75))
        expect(waitMs).toBeLessThanOrEqual(base * 1.25)
      }),
    )
  })
})
