/** `drover explain`: why a device got, or did not get, a command, and what came of it. */
import type { Command } from 'commander'
import { gatherEvidence } from '../explain/gather.ts'
import { askIndex, type DeviceQuestion, type LogIndex, noIndex } from '../explain/index-query.ts'
import { printStory, storyJson } from '../explain/print.ts'
import { tellStory } from '../explain/story.ts'
import { openRawLog } from '../log/raw-log.ts'
import { createTeller } from '../progress.ts'
import type { Session } from '../session.ts'

interface Options {
  readonly event: string
  readonly device: string
  readonly json?: boolean
  readonly log?: boolean
}

/** Asks ClickHouse while it answers; from its first failure on, nobody. */
function indexOf(session: Session, useLog: boolean): (asked: DeviceQuestion) => Promise<LogIndex> {
  let isAsked = !useLog
  return async (asked) => {
    if (!isAsked) return noIndex
    try {
      return await askIndex(session.clickhouse(), asked)
    } catch (error) {
      isAsked = false
      console.error(`ClickHouse has no index to offer (${error instanceof Error ? error.message : String(error)}); reading the log`)
      return noIndex
    }
  }
}

export function addExplainCommand(program: Command, session: Session): void {
  program
    .command('explain')
    .description('the whole story of a device in an event, record by record, from the log')
    .requiredOption('--event <id>', 'event, by our id or by that of whoever asked for it')
    .requiredOption('--device <id>', 'device')
    .option('--log', "read the log alone, without ClickHouse's index")
    .option('--json', 'every record whole, as JSON')
    .action(async (options: Options) => {
      const { brokers } = session.environment().stack
      const log = openRawLog({ brokers, name: 'drover.explain', signal: session.signal })
      const tell = createTeller(options.json === true)
      try {
        const evidence = await gatherEvidence({
          log,
          schemas: session.schemas(),
          eventId: options.event,
          deviceId: options.device,
          askIndex: indexOf(session, options.log === true),
          onProgress: (what, share) => tell(() => `${what}: ${Math.floor(share * 100)} %`),
        })
        const story = tellStory(evidence)
        console.log(options.json ? JSON.stringify(storyJson(story)) : printStory(story))
      } finally {
        await log.close()
      }
    })
}
