/** Tells the whole story of a device in an event, record by record. Pure: from what was found to what is said. */
import { answerOf } from './answer.ts'
import type { Evidence } from './evidence.ts'
import { chapters, type Step } from './step.ts'
import { tellCommands } from './tell-command.ts'
import { tellDevice } from './tell-device.ts'
import { tellEnergy } from './tell-energy.ts'
import { tellUtility } from './tell-utility.ts'

export interface Story {
  readonly eventId: string
  readonly deviceId: string
  readonly answer: string
  /** In the order of `chapters`, within each in the order of the log. */
  readonly steps: readonly Step[]
}

export function tellStory(evidence: Evidence): Story {
  const told = [...tellUtility(evidence), ...tellDevice(evidence), ...tellCommands(evidence), ...tellEnergy(evidence)]
  const steps = chapters.flatMap((chapter) => told.filter((step) => step.chapter === chapter))
  return { eventId: evidence.eventId, deviceId: evidence.deviceId, answer: answerOf(evidence), steps }
}
