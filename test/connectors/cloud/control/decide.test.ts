/** What is done next about a device behind a cloud follows from its newest command and what is known to be at the vendor. */
import { describe, expect, test } from 'vitest'
import { ackOf, commandOf, enphaseControl, fileOf, HOUR_MS, NOW_MS, partsOf, resideoControl, sightOf, stepOf } from './build.ts'

const [part] = partsOf([1, 2, 'a'])
const one = partsOf([1, 2, 'a'])
const apply = commandOf(1, one)
const release = commandOf(2, [])

describe('a vendor that keeps a schedule', () => {
  test('is given a part at once, due at its start', () => {
    expect(stepOf(fileOf(apply), one)).toMatchObject({ do: 'place', part: { key: part?.key }, deadlineMs: NOW_MS + HOUR_MS })
  })

  test('is given a part that is far ahead as soon as it takes it', () => {
    const far = partsOf([24 * 10, 24 * 10 + 1, 'a'])
    const command = { ...commandOf(1, far), expiresMs: null }
    expect(stepOf(fileOf(command), far)).toEqual({ do: 'wait', untilMs: (far[0]?.startMs ?? 0) - enphaseControl.aheadMs })
  })

  test('what is late lets pass what can still be in time', () => {
    const late = partsOf([-1, 2, 'a'])
    expect(stepOf(fileOf(commandOf(1, late)), late)).toMatchObject({ do: 'place', deadlineMs: NOW_MS + 2 * HOUR_MS })
  })

  test('nothing is set after the command has expired', () => {
    const command = { ...apply, expiresMs: NOW_MS }
    expect(stepOf(fileOf(command), one)).toEqual({ do: 'nothing' })
  })

  test.each(['attempting', 'timedOut'] as const)(
    'a part that is %s is looked for before it is tried again, when it must have arrived',
    (status) => {
      const file = fileOf(apply, ackOf(apply, status, part))
      expect(stepOf(file, one)).toEqual({ do: 'wait', untilMs: NOW_MS + 30_000 })
      expect(stepOf(file, one, { nowMs: NOW_MS + 30_000 })).toMatchObject({ do: 'look', isWatch: false })
    },
  )

  test('a part that was refused is not tried again, and the others are set', () => {
    const two = partsOf([1, 2, 'a'], [2, 3, 'b'])
    const command = commandOf(1, two)
    expect(stepOf(fileOf(command, ackOf(command, 'rejected', two[0])), two)).toMatchObject({ do: 'place', part: { key: two[1]?.key } })
  })

  test('what a newer command does not want is ended before anything else is set, and what it wants as it is stays', () => {
    const before = partsOf([1, 2, 'a'], [2, 3, 'b'])
    const after = partsOf([1, 2, 'a'], [2, 3, 'c'])
    const [first, second] = [commandOf(1, before), commandOf(2, after)]
    const held = [ackOf(first, 'accepted', before[0], 'h-1'), ackOf(first, 'accepted', before[1], 'h-2')]
    expect(stepOf(fileOf(first, ...held, second), after)).toMatchObject({ do: 'end', held: { vendorHandle: 'h-2' } })
    const ended = fileOf(first, ...held, second, ackOf(first, 'released', before[1], 'h-2'))
    expect(stepOf(ended, after)).toMatchObject({ do: 'place', part: { key: after[1]?.key } })
    const placed = fileOf(first, ...held, second, ackOf(first, 'released', before[1], 'h-2'), ackOf(second, 'accepted', after[1], 'h-3'))
    expect(stepOf(placed, after)).toMatchObject({ do: 'keep', held: { vendorHandle: 'h-1' } })
  })

  test('a part that was being ended when it was wanted again is ended first', () => {
    const file = fileOf(apply, ackOf(apply, 'accepted', part), release, ackOf(release, 'sent', part), { ...apply, seq: 3 })
    expect(stepOf(file, one)).toMatchObject({ do: 'end' })
  })

  test('what is in force is looked at after a minute, and then from time to time', () => {
    const now = partsOf([0, 1, 'a'])
    const command = commandOf(1, now)
    const file = fileOf(command, ackOf(command, 'accepted', now[0]))
    expect(stepOf(file, now)).toEqual({ do: 'wait', untilMs: NOW_MS + 60_000 })
    expect(stepOf(file, now, { nowMs: NOW_MS + 60_000 })).toMatchObject({ do: 'look', isWatch: true })
    const seen = { sight: sightOf([], { atMs: NOW_MS + 60_000 }), nowMs: NOW_MS + 61_000 }
    expect(stepOf(file, now, seen)).toEqual({ do: 'wait', untilMs: NOW_MS + 60_000 + enphaseControl.watchMs })
  })

  test('what a person overrode is neither set again nor ended', () => {
    const now = partsOf([0, 1, 'a'])
    const command = commandOf(1, now)
    const file = fileOf(command, ackOf(command, 'applied', now[0]), ackOf(command, 'overridden', now[0]))
    expect(stepOf(file, now)).toEqual({ do: 'nothing' })
  })
})

describe('a release', () => {
  test('is settled without a call where nothing was ever set', () => {
    expect(stepOf(fileOf(apply, release), [])).toMatchObject({ do: 'settle' })
  })

  test('ends what is held, after looking for what may be there', () => {
    expect(stepOf(fileOf(apply, ackOf(apply, 'accepted', part), release), [])).toMatchObject({ do: 'end' })
    const unsure = fileOf(apply, ackOf(apply, 'attempting', part), release)
    expect(stepOf(unsure, [])).toMatchObject({ do: 'wait' })
    expect(stepOf(unsure, [], { nowMs: NOW_MS + 30_000 })).toMatchObject({ do: 'look' })
  })

  test('is owed until it is confirmed, and no longer than the copy of the vendor lives', () => {
    const sent = fileOf(apply, ackOf(apply, 'accepted', part), release, ackOf(release, 'sent', part))
    expect(stepOf(sent, [])).toMatchObject({ do: 'end' })
    expect(stepOf(sent, [], { nowMs: NOW_MS + 2 * HOUR_MS })).toMatchObject({ do: 'settle' })
    expect(stepOf(fileOf(apply, release, ackOf(release, 'released', undefined)), [])).toEqual({ do: 'nothing' })
  })

  test('of a device of which the log does not know all asks the vendor first', () => {
    expect(stepOf(fileOf(commandOf(57, [])), [])).toMatchObject({ do: 'look' })
    expect(stepOf(fileOf(commandOf(57, [])), [], { control: resideoControl })).toMatchObject({ do: 'end', held: undefined })
  })

  test('waits after a try that came to nothing', () => {
    const file = { ...fileOf(apply, ackOf(apply, 'accepted', part), release), notBeforeMs: NOW_MS + 5_000 }
    expect(stepOf(file, [])).toEqual({ do: 'wait', untilMs: NOW_MS + 5_000 })
  })
})

describe('a vendor with one slot', () => {
  const control = resideoControl
  const sight = sightOf([], { setting: '{}' })

  test('is held back until the start, and looked at just before', () => {
    expect(stepOf(fileOf(apply), one, { control })).toEqual({ do: 'wait', untilMs: NOW_MS + HOUR_MS })
    expect(stepOf(fileOf(apply), one, { control, nowMs: NOW_MS + HOUR_MS })).toMatchObject({ do: 'look' })
    const seen = { control, nowMs: NOW_MS + HOUR_MS, sight: { ...sight, atMs: NOW_MS + HOUR_MS } }
    expect(stepOf(fileOf(apply), one, seen)).toMatchObject({ do: 'place', replaces: undefined })
  })

  test('goes from one part to the next without a moment between, and is put back at the end', () => {
    const two = partsOf([0, 1, 'a'], [1, 2, 'b'])
    const command = commandOf(1, two)
    const atMs = NOW_MS + HOUR_MS
    const first = fileOf(command, ackOf(command, 'applied', two[0], 'h-1'))
    expect(stepOf(first, two, { control, nowMs: atMs, sight: { ...sight, atMs } })).toMatchObject({
      do: 'place',
      replaces: { vendorHandle: 'h-1' },
    })
    const both = [ackOf(command, 'applied', two[0], 'h-1'), ackOf(command, 'accepted', two[1], 'h-2')]
    expect(stepOf(fileOf(command, ...both), two, { control, nowMs: atMs })).toMatchObject({ do: 'cede', held: { vendorHandle: 'h-1' } })
    const second = fileOf(command, ...both, ackOf(command, 'released', two[0], 'h-1'))
    const endMs = NOW_MS + 2 * HOUR_MS
    expect(stepOf(second, two, { control, nowMs: endMs, sight: { ...sight, atMs: endMs } })).toMatchObject({
      do: 'end',
      held: { vendorHandle: 'h-2' },
    })
  })

  test('a part is not ceded to one that may not have arrived', () => {
    const two = partsOf([0, 1, 'a'], [1, 2, 'b'])
    const command = commandOf(1, two)
    const file = fileOf(command, ackOf(command, 'applied', two[0], 'h-1'), ackOf(command, 'timedOut', two[1], 'h-2'))
    expect(stepOf(file, two, { control, nowMs: NOW_MS + HOUR_MS })).toMatchObject({ do: 'look' })
  })

  test('what it holds never ends by itself: the end is owed', () => {
    const file = fileOf(apply, ackOf(apply, 'applied', part))
    const lateMs = NOW_MS + 30 * HOUR_MS
    expect(stepOf(file, one, { control, nowMs: lateMs, sight: { ...sight, atMs: lateMs } })).toMatchObject({ do: 'end' })
  })
})
