/** A connector for drivers: asks for gaps by the decisions of the real one, whenever a test gives it a turn. */
import type { Asked, Missing } from '../../../connectors/delivery/device-port.ts'
import { emptyGapFile, type GapFile, nextQuestion, takeAnswer, takeConnection, takeGap } from '../../../connectors/delivery/gap-file.ts'
import { telemetryGaps } from '../../../topics/catalogue.ts'
import type { Driver } from '../../driver/driver.ts'

export interface Asking {
  /** Asks what is due of the devices that can be reached. */
  ask(isReachable: (deviceId: string) => boolean): void
  /** What was asked for, oldest first. */
  readonly asked: readonly Missing[]
}

export function createAsking(driver: Driver, backfill: (missing: Missing) => Asked): Asking {
  const files = new Map<string, GapFile>()
  const reached = new Set<string>()
  const asked: Missing[] = []
  let taken = 0

  function takeGaps(): void {
    const records = driver.read(telemetryGaps)
    for (const { value: gap } of records.slice(taken))
      if (gap) files.set(gap.deviceId, takeGap(files.get(gap.deviceId) ?? emptyGapFile, gap))
    taken = records.length
  }

  function askDevice(deviceId: string): void {
    for (;;) {
      const file = files.get(deviceId) ?? emptyGapFile
      const question = nextQuestion(file, driver.nowMs())
      if (question.do !== 'ask') return
      asked.push(question.missing)
      files.set(deviceId, takeAnswer(file, question, backfill(question.missing), { nowMs: driver.nowMs(), spread: 0.5 }))
    }
  }

  return {
    asked,
    ask(isReachable) {
      takeGaps()
      for (const [deviceId, file] of files) {
        if (!isReachable(deviceId)) {
          reached.delete(deviceId)
          continue
        }
        if (!reached.has(deviceId)) files.set(deviceId, takeConnection(file))
        reached.add(deviceId)
        askDevice(deviceId)
      }
      driver.run()
    },
  }
}
