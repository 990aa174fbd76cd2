/** `drover skip`: lets a task that stopped at a record go on without it; the order is a fact on the log. */
import type { Command } from 'commander'
import { orderSkip } from '../../../processors/runtime/kafka/skipping.ts'
import { consumedTopics } from '../../../processors/runtime/kafka/sub-topology-topics.ts'
import { topology } from '../../../processors/topology.ts'
import { rejectedRecords } from '../../../topics/catalogue.ts'
import { findSubTopology } from '../replay/task-name.ts'
import type { Session } from '../session.ts'

interface Options {
  readonly subTopology: string
  readonly reason: string
  readonly actor: string
}

function readNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${name}: "${text}" is not a whole number`)
  return Number(text)
}

async function skip(session: Session, topic: string, place: string, at: string, options: Options): Promise<void> {
  const [partition, offset] = [readNumber('partition', place), readNumber('offset', at)]
  const subTopology = findSubTopology('--sub-topology', options.subTopology, topology)
  const names = consumedTopics(subTopology).map(({ name }) => name)
  if (!names.includes(topic)) throw new Error(`topic: ${subTopology.name} does not read ${topic}; it reads ${names.join(', ')}`)
  const nowMs = session.environment().clock.nowMs()
  const reason = `${options.actor}: ${options.reason}`
  const appended = await orderSkip(await session.writer(), { subTopology, topic, partition, offset, reason, nowMs })
  console.log(
    `${subTopology.name} skips ${topic}-${partition}-${offset}; recorded at ${rejectedRecords.name}-${appended.partition}-${appended.offset}`,
  )
}

export function addSkipCommand(program: Command, session: Session): void {
  program
    .command('skip')
    .description('pass over a record at which a task stopped; it goes on within a second, and the record stays on the log')
    .argument('<topic>', 'as the error names it')
    .argument('<partition>')
    .argument('<offset>')
    .requiredOption('--sub-topology <name>', 'whose task stopped')
    .requiredOption('--reason <words>', 'why; kept on the log')
    .option('--actor <id>', 'opaque id of who says so', 'cli')
    .action((topic: string, partition: string, offset: string, options: Options) => skip(session, topic, partition, offset, options))
}
