/** Every command is found by its first word, alone as among all of them. */
import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addCommands } from '../../../gateway/cli/command-groups.ts'
import type { Session } from '../../../gateway/cli/session.ts'

const session = {} as Session

async function namesOf(word: string | undefined): Promise<readonly string[]> {
  const program = new Command('drover')
  await addCommands(word, program, session)
  return program.commands.map((command) => command.name())
}

test('a word loads its command alone; no word, or another one, loads all', async () => {
  const all = await namesOf(undefined)
  expect(all).toContain('explain')
  expect(new Set(all).size).toBe(all.length)
  for (const name of all) expect(await namesOf(name)).toEqual([name])
  expect(await namesOf('nonsense')).toEqual(all)
  expect(await namesOf('--help')).toEqual(all)
})
