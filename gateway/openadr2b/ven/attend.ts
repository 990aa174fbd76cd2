/** Follows what the rest of Drover says that a VEN has to act on: events understood, reports to send, programs to offer. */
import type { Following, LogReader } from '../../../processors/runtime/log.ts'
import { programsView, utilityEvents, utilityReports } from '../../../topics/catalogue.ts'
import type { Topic } from '../../../topics/define.ts'
import { type Knowledge, learnEvent, learnProgram, learnReport } from './knowledge.ts'

export interface Attending {
  stop(): Promise<void>
}

/** Settles once everything that was on the log at the start is known; `onNews` is called for what comes after, too. */
export async function attend(known: Knowledge, reader: LogReader, onNews: () => void): Promise<Attending> {
  const followings: Following[] = []
  const follow = async <T>(topic: Topic<T>, learn: (known: Knowledge, value: T) => void): Promise<void> => {
    const following = await reader.follow([topic], 'beginning', (records) => {
      for (const { value } of records) if (value !== null) learn(known, value)
      onNews()
    })
    followings.push(following)
    await following.caughtUp
  }
  const stop = async (): Promise<void> => {
    await Promise.all(followings.map((following) => following.stop()))
  }
  try {
    await follow(programsView, learnProgram)
    await follow(utilityEvents, learnEvent)
    await follow(utilityReports, learnReport)
  } catch (error) {
    await stop()
    throw error
  }
  return { stop }
}
