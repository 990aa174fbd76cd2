/** What every connector keeps, over real sockets: one suite that each protocol passes. */
import { describe, expect, test } from 'vitest'
import { answerClauses } from './answers.ts'
import { backfillClauses } from './backfills.ts'
import type { Clause } from './clause.ts'
import { cloudClauses } from './clouds.ts'
import { connectionClauses } from './connections.ts'
import { crashClauses } from './crashes.ts'
import { orderClauses } from './order.ts'
import type { ProtocolUnderTest } from './protocol.ts'
import { releaseClauses } from './releases.ts'
import { createStage, SHORT_CALL_TIMEOUT_MS } from './stage.ts'
import { telemetryClauses } from './telemetry.ts'

const groups: Readonly<Record<string, readonly Clause[]>> = {
  'what a device answers': answerClauses,
  'the newest command': orderClauses,
  releases: releaseClauses,
  connections: connectionClauses,
  'crashes and restarts': crashClauses,
  'what a device says': telemetryClauses,
  'values that did not come': backfillClauses,
}

const groupsOf = ({ isCloud }: ProtocolUnderTest): typeof groups => (isCloud ? { ...groups, clouds: cloudClauses } : groups)

/** Runs all clauses; those that the protocol skips are shown with its reason. */
export function connectorContract(protocol: ProtocolUnderTest): void {
  for (const [group, clauses] of Object.entries(groupsOf(protocol)))
    describe(`${protocol.name}: ${group}`, () => {
      for (const clause of clauses) {
        const { name } = clause
        const reason = reasonToSkip(protocol, name)
        if (reason === undefined) test(name, () => run(protocol, clause))
        else test.skip(`${name} (${reason})`, () => undefined)
      }
    })
  test(`${protocol.name}: skips name clauses that exist`, () => {
    const names = Object.values(groupsOf(protocol)).flatMap((clauses) => clauses.map(({ name }) => name))
    expect(Object.keys(protocol.skips).filter((name) => !names.includes(name))).toEqual([])
  })
}

function reasonToSkip({ skips, backfills = false }: ProtocolUnderTest, name: string): string | undefined {
  const isAsked = backfillClauses.some((clause) => clause.name === name)
  return skips[name] ?? (isAsked && !backfills ? 'its port asks for no values' : undefined)
}

async function run(protocol: ProtocolUnderTest, { check, isUnanswered }: Clause): Promise<void> {
  const stage = createStage(protocol, isUnanswered && SHORT_CALL_TIMEOUT_MS)
  await stage.start()
  try {
    await check(stage)
  } finally {
    await stage.stop()
  }
}
