/** Bad input: what a broken or hostile VTN may send, kept as it came, counted, and survived (issue list; RFC 9110 for HTTP). */
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { Registry } from 'prom-client'
import { beforeEach, describe, expect, it } from 'vitest'
import { createVenInstruments, type VenInstruments } from '../../../../gateway/openadr2b/instruments.ts'
import { MAX_BODY_BYTES, MAX_TAGS } from '../../../../gateway/openadr2b/limits.ts'
import type { Ven } from '../../../../gateway/openadr2b/ven/start.ts'
import { realClock } from '../../../../processors/runtime/clock.ts'
import { rejectedRecords, utilityReports, utilitySignals } from '../../../../topics/catalogue.ts'
import { freePort } from '../../../support/free-port.ts'
import type { Misbehaviour } from '../../../support/unruly-proxy.ts'
import { writeDistributeEvent } from '../../../vtn/write/event.ts'
import { anEvent, aReport, eventually } from '../ven/rig.ts'
import { anOadrEvent, talk } from './talk.ts'

const conversation = talk()
const { rig, said, answers, kinds, soonMs } = conversation
let registry: Registry
let instruments: VenInstruments
beforeEach(() => {
  registry = new Registry()
  instruments = createVenInstruments(registry)
})

const counted = async (name: 'said' | 'pushed', outcome: string): Promise<number> => {
  const metric = await registry.getSingleMetric(`drover_openadr2b_${name}_total`)?.get()
  return metric?.values.filter(({ labels }) => labels.outcome === outcome).reduce((sum, { value }) => sum + value, 0) ?? 0
}
/** An event that comes after the fault is taken and answered: the loop lives. */
const stillAtWork = async (ven: Ven) => {
  rig().vtn.postEvent(anEvent('after', soonMs()))
  await eventually(() => expect(answers()).toContain('after 0 200 optIn'))
  await eventually(() => expect(ven.state().trouble).toEqual({}))
}
/** Nobody asked for a coding, so nobody takes one off: the bytes are kept as they came. */
const zipped: Misbehaviour = {
  status: 200,
  body: gzipSync(Buffer.alloc(1_000_000)).toString('latin1'),
  headers: { 'content-encoding': 'gzip' },
}
const event = () => writeDistributeEvent('d', 'vtn-1', [anOadrEvent('a', soonMs())])

describe('an answer to a poll', () => {
  const xml = (body: string): Misbehaviour => ({ status: 200, body, contentType: 'application/xml' })
  const laughs = `<!DOCTYPE l [<!ENTITY a "ha">${Array.from({ length: 20 }, (_, n) => `<!ENTITY l${n} "&a;&a;">`).join('')}]><l>&l19;</l>`

  it.each<readonly [string, string, () => Misbehaviour]>([
    ['malformed XML', 'unreadable', () => xml('<oadrPayload><oops>')],
    ['a bomb of entities', 'unreadable', () => xml(laughs)],
    ['an external entity', 'unreadable', () => xml('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>')],
    ['a bomb of elements', 'unreadable', () => xml(`<r>${'<a/>'.repeat(MAX_TAGS + 1)}</r>`)],
    ['elements nested without end', 'unreadable', () => xml('<r>'.repeat(100_000))],
    ['a page of HTML', 'unreadable', () => ({ status: 200, body: '<html><body>Maintenance<br></body></html>' })],
    ['nothing', 'unreadable', () => xml('')],
    ['a schema-invalid event', 'unreadable', () => xml(event().replace(/<e:eventStatus>[^<]*</, '<e:eventStatus>soon<'))],
    ['a date that does not exist', 'unreadable', () => xml(event().replace(/\d{4}-\d\d-\d\dT/, '2026-02-30T'))],
    [
      'a message that only a VEN sends',
      'unreadable',
      () => xml('<oadrPayload xmlns="http://openadr.org/oadr-2.0b/2012/07"><oadrSignedObject><oadrPoll/></oadrSignedObject></oadrPayload>'),
    ],
    ['a bomb of compression, which is not unpacked', 'unreadable', () => zipped],
    ['HTTP 500', 'http-500', () => ({ status: 500, body: 'no' })],
    ['HTTP 403', 'http-403', () => ({ status: 403, body: 'no' })],
    ['HTTP 429', 'http-429', () => ({ status: 429, body: 'later' })],
    ['a redirect, which is not followed', 'http-302', () => ({ status: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } })],
  ])('%s: kept as it came, counted as %s, survived', async (_, outcome, how) => {
    const ven = await rig().joined({ instruments })
    const misbehaviour = how()
    rig().proxy.misbehave('OadrPoll', misbehaviour, 2)
    await eventually(async () => expect(await counted('said', outcome)).toBe(2))
    const body = typeof misbehaviour === 'string' ? '' : misbehaviour.body
    const kept = rig()
      .log.read(utilitySignals)
      .filter(({ value }) => value?.body.length === Buffer.byteLength(body))
    expect(kept.filter(({ value }) => value?.body.equals(Buffer.from(body)))).toHaveLength(2)
    await stillAtWork(ven)
    expect(kinds('a')).toEqual([])
  })

  it.each<readonly [string, Misbehaviour, string]>([
    ['hangs', 'hang', 'timeout'],
    ['comes a byte at a time and does not end', 'trickle', 'timeout'],
    ['breaks off', 'break off', 'unreachable'],
    ['is longer than any message', { status: 200, body: ' '.repeat(MAX_BODY_BYTES + 1), contentType: 'application/xml' }, 'too-large'],
  ])('that %s: counted, survived', async (_, how, outcome) => {
    const ven = await rig().joined({ instruments, timeoutMs: outcome === 'timeout' ? 1_000 : 30_000 })
    rig().proxy.misbehave('OadrPoll', how, 1)
    await eventually(async () => expect(await counted('said', outcome)).toBe(1))
    await stillAtWork(ven)
  })

  it('with the wrong content type, but a message: the bytes decide', async () => {
    await rig().joined({ instruments })
    rig().proxy.misbehave('OadrPoll', { status: 200, body: event(), contentType: 'text/html' }, 1)
    await eventually(() => expect(kinds('a')).toEqual(['event']))
  })

  it('whose times lie in the future: notice and order go by our receipt', async () => {
    await rig().joined()
    const far = rig().clock.nowMs() + 10 * 365 * 86_400_000
    conversation.distribute([anOadrEvent('a', soonMs(), { createdDateTimeMs: far, modificationDateTimeMs: far })])
    await eventually(() => expect(kinds('a')).toEqual(['event']))
    expect(conversation.records('a')[0]?.receivedMs).toBeLessThanOrEqual(rig().clock.nowMs())
  })

  it('from a VTN whose clock is an hour ahead: the skew is shown', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString()
    const body = '<oops/>'
    rig().proxy.misbehave('EiRegisterParty', { status: 200, body, headers: { date } }, 1)
    rig().join({ instruments, clock: realClock })
    await eventually(async () => {
      const skew = (await registry.getSingleMetric('drover_openadr2b_clock_skew_seconds')?.get())?.values[0]?.value ?? 0
      expect(Math.abs(skew - 3_600)).toBeLessThan(60)
    })
  })
})

describe('a push', () => {
  let port: number
  const listen = async (maxBytes = 20_000, receiveLimitMs = 30_000): Promise<Ven> => {
    port = await freePort()
    const ven = rig().join({ instruments, push: { port, address: `http://127.0.0.1:${port}`, maxBytes, receiveLimitMs } })
    await eventually(() => expect(said('oadrRequestEvent')).toHaveLength(1))
    return ven
  }
  const push = (body: string) =>
    fetch(`http://127.0.0.1:${port}/OpenADR2/Simple/2.0b/EiEvent`, { method: 'POST', headers: { 'content-type': 'application/xml' }, body })
  const taken = async () => expect((await push(event())).status).toBe(200)

  it('413: longer than the bound, its beginning kept aside', async () => {
    await listen()
    const body = `<r>${'x'.repeat(50_000)}</r>`
    expect(await push(body).then(({ status }) => status)).toBe(413)
    expect(String(rig().log.read(rejectedRecords).at(-1)?.value?.value)).toBe(body.slice(0, 20_000))
    expect(await counted('pushed', 'too-large')).toBe(1)
    await taken()
  })

  it('broken off in its middle: counted, and nothing is kept of it', async () => {
    await listen()
    const socket = connect(port, '127.0.0.1')
    const head = 'POST /OpenADR2/Simple/2.0b/EiEvent HTTP/1.1\r\nHost: x\r\nContent-Type: application/xml\r\nContent-Length: 1000\r\n\r\n'
    socket.end(`${head}<oadrPay`)
    await eventually(async () => expect(await counted('pushed', 'broken-off')).toBe(1))
    await taken()
  })

  it.each([
    ['headers', 'POST /OpenADR2/Simple/2.0b/EiEvent HTTP/1.1\r\nHost: x\r\n', 'X-Slow: y\r\n'],
    [
      'body',
      'POST /OpenADR2/Simple/2.0b/EiEvent HTTP/1.1\r\nHost: x\r\nContent-Type: application/xml\r\nContent-Length: 10000\r\n\r\n',
      ' ',
    ],
  ])('408: whose %s come a byte at a time and do not end, and others are heard meanwhile', async (_, head, more) => {
    await listen(20_000, 600)
    const socket = connect(port, '127.0.0.1')
    socket.write(head)
    const timer = setInterval(() => socket.write(more), 20)
    await taken()
    const closed = new Promise((resolve) =>
      socket
        .on('error', () => undefined)
        .once('close', resolve)
        .resume(),
    )
    await closed
    clearInterval(timer)
    await taken()
  })

  it('that is no HTTP at all: the server lives', async () => {
    await listen()
    const socket = connect(port, '127.0.0.1')
    socket.write('\x16\x03\x01nonsense\r\n\r\n')
    await new Promise((resolve) => socket.once('close', resolve).resume())
    await taken()
  })

  it.each(['//', '*', 'http://', '/OpenADR2/Simple/2.0b/EiEvent/../../..', '/%'])('404: the path %s', async (path) => {
    await listen()
    const socket = connect(port, '127.0.0.1')
    socket.end(`POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    await new Promise((resolve) => socket.once('close', resolve))
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1.1 40[04] /)
    await taken()
  })

  it('503: before the log was read, with Retry-After', async () => {
    port = await freePort()
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const { reader } = rig().log
    const slow = {
      ...reader,
      follow: async (...args: Parameters<typeof reader.follow>) => held.then(() => reader.follow(...args)),
    } as typeof reader
    rig().join({ instruments, reader: slow, push: { port, address: `http://127.0.0.1:${port}` } })
    await eventually(async () => {
      const answer = await push(event())
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
    })
    release()
    await eventually(() => expect(said('oadrRequestEvent')).toHaveLength(1))
    await taken()
  })
})

describe('restart', () => {
  it('after a report whose answer was lost: it is sent again under the same eiReportID, not as new', async () => {
    const first = await rig().joined({ instruments, timeoutMs: 500 })
    const asked = rig().vtn.reportRequests()[0]?.reportRequestID ?? ''
    await eventually(() => expect(said('oadrCreatedReport')).toHaveLength(1))
    rig().proxy.misbehave('EiReport', 'hang', 1)
    await rig().log.writer.append(utilityReports, aReport({ reportRequestId: asked }))
    await eventually(() => expect(rig().reportsOnLog('r-1').at(-1)?.status).toBe('sent'))
    await first.stop()
    rig().join()
    await eventually(() => expect(rig().reportsOnLog('r-1').at(-1)?.status).toBe('accepted'))
    expect(new Set(said('oadrUpdateReport').map(({ request }) => /eiReportID>([^<]*)</.exec(request)?.[1]))).toEqual(new Set(['r-1']))
    expect(rig().vtn.reports()).toHaveLength(1)
  })

  it('after restarts at every step of an event: one oadrCreatedEvent for each modification', async () => {
    rig().vtn.postEvent(anEvent('a', rig().clock.nowMs() - 60_000))
    for (let i = 0; i < 4; i++) {
      const ven = rig().join()
      await eventually(() => expect(answers()).toHaveLength(i < 2 ? 1 : 2))
      const polls = rig().proxy.seen('OadrPoll')
      await eventually(() => expect(rig().proxy.seen('OadrPoll')).toBeGreaterThan(polls + 2))
      await ven.stop()
      if (i === 1) rig().vtn.modifyEvent('a', { priority: 1 })
    }
    expect(answers()).toEqual(['a 0 200 optIn', 'a 1 200 optIn'])
    expect(kinds('a')).toEqual(['event', 'event'])
  })
})

conversation.heldAgainstSchema()
