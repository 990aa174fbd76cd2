/** Commands that were given up waiting for are found once, and not kept for ever. */
import { expect, test } from 'vitest'
import { createUnanswered } from '../../../connectors/delivery/unanswered.ts'
import { aCommand } from './build.ts'

test('a command is found once', () => {
  const unanswered = createUnanswered()
  unanswered.add(aCommand(1))
  expect(unanswered.take('command-1')?.seq).toBe(1)
  expect(unanswered.take('command-1')).toBeUndefined()
})

test('the oldest are forgotten', () => {
  const unanswered = createUnanswered()
  for (let seq = 1; seq <= 10_001; seq += 1) unanswered.add(aCommand(seq))
  expect(unanswered.take('command-1')).toBeUndefined()
  expect(unanswered.take('command-2')?.seq).toBe(2)
})
