/** `drover replay`: runs a task again from its journal with today's code, and compares. */
import type { Command } from 'commander'
import type { TaskQuestion } from '../../../processors/runtime/task-contract.ts'
import type { HistoryQuestion } from '../../../processors/settlement/history.ts'
import { topology } from '../../../processors/topology.ts'
import { createHistoryClient, type HistoryClient } from '../../analytics/history-client.ts'
import { readUsers } from '../../analytics/users.ts'
import { openRawLog } from '../log/raw-log.ts'
import { createTeller } from '../progress.ts'
import { readTime } from '../read-time.ts'
import { describeReplay, isEqual } from '../replay/describe.ts'
import { replay } from '../replay/replay.ts'
import { readTaskName } from '../replay/task-name.ts'
import type { Session } from '../session.ts'

interface Options {
  readonly task: string
  readonly from?: string
  readonly to?: string
  readonly json?: boolean
}

/** Only settlement asks, and its questions are pinned to offsets, so that they have the same answer again. */
function createAnswers(session: Session): { answer(asked: TaskQuestion): Promise<unknown>; close(): Promise<void> } {
  let client: HistoryClient | undefined
  const open = (): HistoryClient => {
    const { clickhouseUrl, clickhouseUsersFile } = session.environment().stack
    const user = readUsers(clickhouseUsersFile).find(({ role }) => role === 'settlement')
    if (!user) throw new Error(`${clickhouseUsersFile}: has no user of role settlement`)
    return createHistoryClient({ url: clickhouseUrl, user: user.name, password: user.password })
  }
  return {
    answer: ({ processor, name, question }) => {
      if (`${processor}.${name}` !== 'settlement.history') throw new Error(`nobody answers ${processor}.${name}`)
      client ??= open()
      return client(question as HistoryQuestion)
    },
    close: async () => client?.close(),
  }
}

async function run(session: Session, options: Options): Promise<void> {
  const { brokers, devicePartitions } = session.environment().stack
  const task = readTaskName(options.task, topology, devicePartitions)
  const log = openRawLog({ brokers, name: 'drover.replay', signal: session.signal })
  const answers = createAnswers(session)
  const tell = createTeller(options.json === true)
  try {
    const replayed = await replay({
      ...task,
      log,
      schemas: session.schemas(),
      devicePartitions,
      fromMs: readTime('--from', options.from, Number.NEGATIVE_INFINITY),
      toMs: readTime('--to', options.to, Number.POSITIVE_INFINITY),
      answer: answers.answer,
      onProgress: (transactions, share) => tell(() => `${Math.floor(share * 100)} %: ${transactions} transactions`),
    })
    console.log(options.json ? JSON.stringify(replayed) : describeReplay(replayed))
    if (!isEqual(replayed)) process.exitCode = 1
  } finally {
    await answers.close()
    await log.close()
  }
}

export function addReplayCommand(program: Command, session: Session): void {
  program
    .command('replay')
    .description("run a task again from its journal with today's code, and compare with what was recorded")
    .requiredOption(
      '--task <name/partition>',
      `for example dispatch/0; one of ${topology.subTopologies.map(({ name }) => name).join(', ')}`,
    )
    .option('--from <time>', 'ISO 8601; earlier differences do not count (what lies before is replayed all the same)')
    .option('--to <time>', 'ISO 8601; stop there')
    .option('--json', 'as JSON')
    .action((options: Options) => run(session, options))
}
