/** REST over a real socket. */
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { startRest } from '../../../gateway/rest/start.ts'
import { enrollmentChanges, enrollmentVerdicts } from '../../../topics/catalogue.ts'
import { aChange } from '../../build/changes.ts'
import { createMemoryLog } from '../../support/memory-log.ts'
import { nowMs, tokens } from './rig.ts'

it('listens on this machine only, answers, and stops', async () => {
  const clock = { nowMs: () => nowMs, rate: 1 }
  const log = createMemoryLog(clock)
  log.onAppend(({ offset }, topic) => {
    if (topic.name !== enrollmentChanges.name) return
    void log.writer.append(enrollmentVerdicts, { changeId: 'c-1', deviceId: 'd-1', changeOffset: offset, refusal: null, detail: '' })
  })
  const options = { port: 0, writer: log.writer, reader: log.reader, tokens: [tokens.operator], clock, log: pino({ level: 'silent' }) }
  const rest = await startRest(options)
  expect(new URL(rest.url).hostname).toBe('127.0.0.1')
  expect(await (await fetch(`${rest.url}/health`)).json()).toEqual({ status: 'ok' })
  const answer = await fetch(`${rest.url}/enrollment-changes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.operator.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(aChange('registered', { changeId: 'c-1' })),
  })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ changeId: 'c-1', verdict: 'accepted', offset: 0 })
  const metrics = await fetch(`${rest.url}/metrics`, { headers: { authorization: `Bearer ${tokens.operator.token}` } })
  expect(await metrics.text()).toContain('process_cpu_seconds_total')
  await rest.stop()
  await expect(fetch(`${rest.url}/health`)).rejects.toThrow()
})
