/** `drover signals`: what was received, byte for byte, and what today's code makes of it. */
import type { Command } from 'commander'
import { utilitySignals } from '../../../topics/catalogue.ts'
import { signalReaders } from '../../signal-readers.ts'
import { readTime } from '../read-time.ts'
import type { Session } from '../session.ts'
import { describeReinterpreted, signalLine } from '../signals/describe.ts'
import { gatherHistory, readUntil } from '../signals/gather.ts'
import { reinterpret } from '../signals/reinterpret.ts'

interface Options {
  readonly from?: string
  readonly to?: string
  readonly vtn?: string
  readonly json?: boolean
}

const rangeOf = ({ from, to }: Options): { readonly fromMs: number; readonly toMs: number } => ({
  fromMs: readTime('--from', from, 0),
  toMs: readTime('--to', to, Number.POSITIVE_INFINITY),
})

async function list(session: Session, options: Options): Promise<void> {
  const { fromMs, toMs } = rangeOf(options)
  const found = await readUntil(session.reader(), utilitySignals, fromMs > 0 ? { sinceMs: fromMs } : 'beginning', toMs)
  for (const signal of found.filter(({ value }) => options.vtn === undefined || value.vtnId === options.vtn))
    console.log(options.json ? JSON.stringify({ ...signal, value: { ...signal.value, body: undefined } }) : signalLine(signal))
}

async function show(session: Session, offset: string, options: Options): Promise<void> {
  if (!/^\d+$/.test(offset))
    throw new Error(`offset: "${offset}" is not a whole number; \`drover signals list\` shows them last in the first column`)
  const from = { offsets: new Map([[`${utilitySignals.name}-0`, Number(offset)]]) }
  const [signal] = await readUntil(session.reader(), utilitySignals, from, Number.POSITIVE_INFINITY)
  if (signal?.position.offset !== Number(offset)) throw new Error(`offset: ${utilitySignals.name} has no record ${offset}`)
  if (!options.json) console.error(signalLine(signal))
  if (options.json) console.log(JSON.stringify({ ...signal, value: { ...signal.value, body: signal.value.body.toString('base64') } }))
  else process.stdout.write(signal.value.body)
}

async function replay(session: Session, options: Options): Promise<void> {
  const { fromMs, toMs } = rangeOf(options)
  const found = reinterpret(await gatherHistory(session.reader(), fromMs, toMs), signalReaders, fromMs)
  console.log(options.json ? JSON.stringify(found) : describeReinterpreted(found))
  if (found.differences.length > 0) process.exitCode = 1
}

export function addSignalCommands(program: Command, session: Session): void {
  const group = program.command('signals').description('what utilities sent, and what it means today')
  const ranged = (command: Command): Command =>
    command.option('--from <time>', 'ISO 8601').option('--to <time>', 'ISO 8601').option('--json', 'as JSON')
  ranged(group.command('list').description('signals as they came, one line each'))
    .option('--vtn <id>', 'of this VTN only')
    .action((options: Options) => list(session, options))
  group
    .command('show')
    .description('the bytes of one signal')
    .argument('<offset>', 'on utility.signals')
    .option('--json', 'as JSON, the bytes in base64')
    .action((offset: string, options: Options) => show(session, offset, options))
  ranged(
    group
      .command('replay')
      .description("understand signals and requests again with today's code, and compare with utility.events; exit code 1 = differences"),
  ).action((options: Options) => replay(session, options))
}
