/** `drover signals` from the command line: lists, shows bytes, and ends with 1 where today's code differs. */
import { Command } from 'commander'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { addSignalCommands } from '../../../../gateway/cli/commands/signals.ts'
import type { Session } from '../../../../gateway/cli/session.ts'
import { utilityEvents, utilitySignals } from '../../../../topics/catalogue.ts'
import { anEvent, NOON_MS } from '../../../build/events.ts'
import { createMemoryLog, type MemoryLog } from '../../../support/memory-log.ts'

let log: MemoryLog
let printed: string[]
let bytes: Buffer[]
beforeEach(async () => {
  log = createMemoryLog({ nowMs: () => NOON_MS })
  for (const [vtnId, body] of [
    ['vtn-1', '<first/>'],
    ['vtn-2', '<second/>'],
  ] as const)
    await log.writer.append(
      utilitySignals,
      {
        vtnId,
        protocol: 'openadr2b',
        service: 'OadrPoll',
        receivedMs: NOON_MS,
        status: 200,
        contentType: 'application/xml',
        body: Buffer.from(body),
      },
      { timestampMs: NOON_MS },
    )
  printed = []
  bytes = []
  vi.spyOn(console, 'log').mockImplementation((line) => void printed.push(String(line)))
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  vi.spyOn(process.stdout, 'write').mockImplementation((part) => bytes.push(Buffer.from(part)) > 0)
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})

async function drover(...args: readonly string[]): Promise<void> {
  const program = new Command('drover').exitOverride()
  addSignalCommands(program, { reader: () => log.reader } as unknown as Session)
  await program.parseAsync(['signals', ...args], { from: 'user' })
}

it('lists signals, of one VTN where it is named', async () => {
  await drover('list')
  expect(printed).toEqual([
    'utility.signals.v1-0-0  2026-07-15T19:00:00Z  vtn-1  openadr2b  OadrPoll  200  8 B',
    'utility.signals.v1-0-1  2026-07-15T19:00:00Z  vtn-2  openadr2b  OadrPoll  200  9 B',
  ])
  printed = []
  await drover('list', '--vtn', 'vtn-2', '--json')
  expect(printed.map((line) => JSON.parse(line))).toMatchObject([{ position: { offset: 1 }, value: { vtnId: 'vtn-2' } }])
})

it('shows the bytes of one signal as they came', async () => {
  await drover('show', '1')
  expect(Buffer.concat(bytes).toString()).toBe('<second/>')
  await expect(drover('show', '2')).rejects.toThrow('offset: utility.signals.v1 has no record 2')
  await expect(drover('show', 'x')).rejects.toThrow('offset: "x" is not a whole number')
})

it('ends with 1 where something differs, and only then', async () => {
  await drover('replay', '--json')
  expect(JSON.parse(printed[0] ?? '')).toMatchObject({ signals: 2, differences: [] })
  expect(process.exitCode).toBeUndefined()
  const signal = { topic: utilitySignals.name, partition: 0, offset: 0 }
  await log.writer.append(utilityEvents, anEvent({ signal }), { timestampMs: NOON_MS })
  await drover('replay')
  expect(printed[1]).toContain('DIFFERENT: utility.signals.v1-0-0')
  expect(process.exitCode).toBe(1)
})
