/** REST over a real socket. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { startRest } from '../../../gateway/rest/start.ts'
import { enrollmentChanges, enrollmentVerdicts } from '../../../topics/catalogue.ts'
import { aChange } from '../../build/changes.ts'
import { createMemoryLog } from '../../support/memory-log.ts'
import { nowMs, tokens } from './rig.ts'

const clock = { nowMs: () => nowMs, rate: 1 }
const start = (log: ReturnType<typeof createMemoryLog>, requestTimeoutMs = 30_000) =>
  startRest({
    ...{ port: 0, writer: log.writer, reader: log.reader, tokens: [tokens.operator], clock, requestTimeoutMs },
    log: pino({ level: 'silent' }),
  })
const authorization = `Bearer ${tokens.operator.token}`

it('listens on this machine only, answers, and stops', async () => {
  const log = createMemoryLog(clock)
  log.onAppend(({ offset }, topic) => {
    if (topic.name !== enrollmentChanges.name) return
    void log.writer.append(enrollmentVerdicts, { changeId: 'c-1', deviceId: 'd-1', changeOffset: offset, refusal: null, detail: '' })
  })
  const rest = await start(log)
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

it('refuses a body without end as soon as it is too long, and goes on', async () => {
  const rest = await start(createMemoryLog(clock))
  const piece = new TextEncoder().encode(' '.repeat(100_000))
  let pieces = 0
  const body = new ReadableStream({
    pull(controller) {
      pieces += 1
      if (pieces > 1_000) controller.close()
      else controller.enqueue(piece)
    },
  })
  const init = { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body, duplex: 'half' }
  const answer = await fetch(`${rest.url}/events`, init as RequestInit)
  expect(answer.status).toBe(413)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(pieces).toBeLessThan(1_000)
  expect((await fetch(`${rest.url}/health`)).status).toBe(200)
  await rest.stop()
})

it('ends a connection on which a request does not come to its end', async () => {
  const rest = await start(createMemoryLog(clock), 200)
  const socket = connect(Number(new URL(rest.url).port), '127.0.0.1')
  socket.write(
    `POST /events HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
  )
  let heard = ''
  socket.on('data', (bytes) => {
    heard += String(bytes)
  })
  await once(socket, 'close')
  expect(heard).toMatch(/^HTTP\/1\.1 408 /)
  await rest.stop()
})
