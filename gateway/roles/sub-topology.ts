/** The roles that run a sub-topology on Kafka. */

import type { Logger } from 'pino'
import type { SubTopology } from '../../processors/runtime/define.ts'
import type { RuntimeEvents } from '../../processors/runtime/kafka/events.ts'
import { runSubTopology } from '../../processors/runtime/kafka/run.ts'
import { topology } from '../../processors/topology.ts'
import { createHistoryClient } from '../analytics/history-client.ts'
import { readUsers } from '../analytics/users.ts'
import { codeVersion } from '../cli/code-version.ts'
import type { RoleParts, RunningRole } from './start.ts'

function find(name: string): SubTopology {
  const found = topology.subTopologies.find((subTopology) => subTopology.name === name)
  if (!found) throw new Error(`no sub-topology ${name}`)
  return found
}

/** What an operator has to know; normal running is silent. */
function eventsFor(log: Logger): RuntimeEvents {
  return {
    restored: (event) => log.info({ ...event, tasks: event.tasks.length }, 'restored tasks'),
    aborted: (event) => log.warn(event, 'aborted a transaction'),
    stopped: (event) => log.error(event, 'a task STOPPED; `drover skip --help` says how to go on'),
    expired: (event) => log.error(event, 'records were deleted before they were read'),
    answerFailed: (event) => log.warn(event, 'a question got no answer'),
    restarting: (event) => log.warn(event, 'starting again'),
    clientError: (event) => log.warn(event, 'the Kafka client met an error'),
  }
}

/** The answers that a sub-topology's questions need. */
function answersFor(name: string, { environment }: RoleParts) {
  if (name !== 'settlement') return {}
  const { clickhouseUrl, clickhouseUsersFile } = environment.stack
  const user = readUsers(clickhouseUsersFile).find(({ role }) => role === 'settlement')
  if (!user) throw new Error(`${clickhouseUsersFile}: has no user of role settlement`)
  return { 'settlement.history': createHistoryClient({ url: clickhouseUrl, user: user.name, password: user.password }) }
}

export const startSubTopologyRole =
  (name: string) =>
  async (parts: RoleParts): Promise<RunningRole> => {
    const { environment, session, log } = parts
    const { stack, clock, node } = environment
    const running = runSubTopology({
      subTopology: find(name),
      brokers: stack.brokers,
      schemas: session.schemas(),
      clock,
      devicePartitions: stack.devicePartitions,
      node,
      codeVersion,
      answers: answersFor(name, parts),
      events: eventsFor(log.child({ role: name })),
    })
    return { stop: running.stop, failed: new Promise((resolve) => running.done.catch(resolve)) }
  }
