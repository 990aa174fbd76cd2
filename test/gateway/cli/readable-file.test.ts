/** A command that is given a file says what is wrong with it before it asks for anything else, such as a running stack. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addCommands } from '../../../gateway/cli/command-groups.ts'
import type { Session } from '../../../gateway/cli/session.ts'

/** Nothing may be asked of it. */
const session = new Proxy({} as Session, {
  get: (_, name) => {
    throw new Error(`the session was asked for ${String(name)}`)
  },
})

async function run(...words: readonly string[]): Promise<void> {
  const program = new Command('drover')
  await addCommands(words[0], program, session)
  await program.parseAsync(['node', 'drover', ...words])
}

test.each([
  ['telemetry', 'import'],
  ['enroll', 'import'],
  ['programs', 'apply'],
  ['programs', 'nominate'],
  ['event', 'create'],
  ['event', 'preview'],
])('%s %s', async (...words) => {
  const file = join(tmpdir(), 'drover-has-no-such-file')
  await expect(run(...words, file)).rejects.toThrow(`${file}: cannot be read (ENOENT)`)
  await expect(run(...words, tmpdir())).rejects.toThrow(`${tmpdir()}: cannot be read (EISDIR)`)
})
