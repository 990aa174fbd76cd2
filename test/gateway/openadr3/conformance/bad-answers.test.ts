/** Answers that no VTN should give: kept as they came, counted as trouble, and the poll loop lives on. */

import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { createVenInstruments } from '../../../../gateway/openadr3/instruments.ts'
import { rejectedRecords } from '../../../../topics/catalogue.ts'
import type { Misbehaviour } from '../../../vtn3/vtn.ts'
import { anHour, eventually, HOUR_MS, iso } from '../rig.ts'
import { aRig, isOdd, stopRigs } from './understood.ts'

stopRigs()

const answers: readonly (readonly [string, Misbehaviour, RegExp])[] = [
  ['500 with problem+json', { status: 500, body: '{"title":"Broken","detail":"no database"}' }, /500 Broken: no database/],
  ['503 with a page of HTML', { status: 503, body: '<h1>busy</h1>', contentType: 'text/html' }, /503/],
  ['403', { status: 403, body: '{"title":"Forbidden"}' }, /403 Forbidden/],
  ['400', { status: 400, body: '{"title":"Bad Request","detail":"programID"}' }, /400 Bad Request/],
  ['a redirect', { status: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } }, /302/],
  ['200 with a page of HTML', { status: 200, body: '<html></html>', contentType: 'text/html' }, /is not JSON/],
  ['200 with half a list', { status: 200, body: '[{"id":"1"' }, /is not JSON/],
  ['200 with an object', { status: 200, body: '{"events":[]}' }, /is not a list/],
  ['200 with lists nested without end', { status: 200, body: '['.repeat(1_000_000) }, /is not JSON/],
  ['200 with a coding that nobody asked for', { status: 200, body: 'zipped', headers: { 'content-encoding': 'gzip' } }, /is not JSON/],
  ['a connection that breaks off', 'break off', /socket hang up|ECONNRESET/],
  ['silence', 'hang', /no whole answer within/],
  ['an answer of a byte at a time that does not end', 'trickle', /no whole answer within/],
]

describe.each(['3.0', '3.1'] as const)('%s: the poll outlives', (revision) => {
  it.each(answers)('%s', async (_, how, words) => {
    const rig = await aRig(revision)
    const { id } = rig.postEvent(anHour(rig.clock.nowMs() + HOUR_MS))
    const ven = rig.join({ timeoutMs: 300 })
    await rig.polled(ven)
    // Twice: 3.1 asks once more, without the parameter active, after a 400.
    rig.vtn.misbehave('events', how, 2)
    await eventually(() => expect(rig.logged()).toMatch(words))
    await rig.polled(ven)
    expect(ven.state().trouble).toEqual({})
    expect(rig.kinds()).toEqual([`${id} event`])
  })

  it('an answer that is too long', async () => {
    const rig = await aRig(revision)
    const ven = rig.join({ maxBytes: 2000 })
    await rig.polled(ven)
    rig.vtn.misbehave('events', { status: 200, body: JSON.stringify(['x'.repeat(5000)]) }, 1)
    await eventually(() => expect(rig.logged()).toContain('longer than 2000 bytes'))
    await rig.polled(ven)
    expect(ven.state().trouble).toEqual({})
  })

  it('pages without end: together they are too long', async () => {
    const rig = await aRig(revision)
    const { id } = rig.postEvent(anHour(rig.clock.nowMs() + HOUR_MS))
    const ven = rig.join()
    await rig.polled(ven)
    for (let page = 0; page < 6; page++) {
      const events = Array.from({ length: 50 }, (_, n) => ({ id: `e${page}-${n}`, filler: 'x'.repeat(90_000) }))
      rig.vtn.misbehave('events', { status: 200, body: JSON.stringify(events) }, 1)
    }
    await eventually(() => expect(rig.logged()).toContain('longer than 20000000 bytes together'))
    rig.vtn.behave()
    await rig.polled(ven)
    expect(rig.kinds()).toEqual([`${id} event`])
  })

  it('pages that are too long only when they are read twice: they are taken', async () => {
    const rig = await aRig(revision)
    // 11 MB on three pages, of 20 MB that may be kept.
    const long = 'x'.repeat(75_000)
    for (let n = 0; n < 150; n++) rig.postEvent(anHour(rig.clock.nowMs() + (n + 1) * HOUR_MS, { eventName: long }))
    const ven = rig.join()
    await rig.polled(ven)
    expect(rig.kinds()).toHaveLength(150)
    expect(ven.state().trouble).toEqual({})
  })

  it('pages that never stand still: nothing is concluded until they do', async () => {
    const rig = await aRig(revision)
    const startMs = rig.clock.nowMs() + HOUR_MS
    const events = Array.from({ length: 60 }, (_, n) => rig.postEvent(anHour(startMs + n * HOUR_MS)))
    const last = events.at(-1)?.id ?? ''
    const ven = rig.join()
    await rig.polled(ven)
    let isMoving = true
    const move = (): void => {
      rig.vtn.objects.replace('events', last, { programID: rig.program.id, ...anHour(startMs + 60 * HOUR_MS) })
      if (isMoving) rig.vtn.onceAnswered(/^GET events\?.*skip=0&/, move)
    }
    move()
    await eventually(() => expect(rig.logged()).toContain('the pages kept changing while they were read'))
    expect(rig.kinds()).toHaveLength(60)
    isMoving = false
    await eventually(() => expect(rig.meanings()).toHaveLength(61))
    expect(rig.meanings().at(-1)).toMatchObject({ theirEventId: last, startMs: startMs + 60 * HOUR_MS })
  })

  it('objects nested deep, and keys with a meaning in JavaScript: refused or passed over, and nothing else is touched', async () => {
    const rig = await aRig(revision)
    const { id } = rig.postEvent(anHour(rig.clock.nowMs() + HOUR_MS))
    const ven = rig.join()
    const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`
    const odd = `{"id":"odd","programID":"${rig.program.id}","__proto__":{"polluted":true},"intervals":${deep}}`
    await rig.polled(ven)
    const events = JSON.stringify(rig.vtn.objects.all('events')).slice(1, -1)
    rig.vtn.misbehave('events', { status: 200, body: `[${events},${odd}]` }, 1)
    await eventually(() => expect(rig.kinds()).toContain('odd refused'))
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    expect(rig.kinds()).toEqual([`${id} event`, 'odd refused'])
  })

  it('a wrong content type, where the bytes are a list: they decide', async () => {
    const rig = await aRig(revision)
    const { id } = rig.postEvent(anHour(rig.clock.nowMs() + HOUR_MS))
    rig.vtn.misbehave('events', { status: 200, body: JSON.stringify(rig.vtn.objects.all('events')), contentType: 'text/html' }, 1)
    await rig.polled(rig.join())
    expect(rig.kinds()).toEqual([`${id} event`])
  })

  it('dates in the future, as of a VTN whose clock is wrong: "now" is no later than our receipt', async () => {
    const rig = await aRig(revision)
    isOdd(/start: must match format "date-time"/)
    const { id } = rig.postEvent(anHour(0, { intervalPeriod: { start: '0001-01-01', duration: 'PT1H' } }))
    const modificationDateTime = iso(rig.clock.nowMs() + 365 * 24 * HOUR_MS)
    Object.assign(rig.vtn.objects.find('events', id) ?? {}, { modificationDateTime })
    await rig.polled(rig.join())
    expect(rig.meanings()[0]?.startMs).toBeLessThanOrEqual(rig.meanings()[0]?.receivedMs ?? 0)
  })

  it('an event without an id: nothing is cancelled, and the answer is rejected with its place', async () => {
    const rig = await aRig(revision)
    const { id } = rig.postEvent(anHour(rig.clock.nowMs() + HOUR_MS))
    const ven = rig.join()
    await rig.polled(ven)
    rig.vtn.misbehave('events', { status: 200, body: JSON.stringify([{ programID: rig.program.id, intervals: [] }]) }, 1)
    await eventually(() => expect(rig.driven.driver.read(rejectedRecords)).toHaveLength(1))
    expect(rig.driven.driver.read(rejectedRecords)[0]?.value).toMatchObject({ place: expect.stringMatching(/^events.*\[0\]$/) })
    await rig.polled(ven)
    expect(rig.kinds()).toEqual([`${id} event`])
  })

  it('429 with Retry-After, and comes back no sooner', async () => {
    const rig = await aRig(revision)
    const ven = rig.join()
    await rig.polled(ven)
    const count = () => rig.vtn.requests().filter(({ path }) => path === 'events').length
    rig.vtn.misbehave('events', { status: 429, body: '{}', headers: { 'retry-after': '3000' } }, 1)
    await eventually(() => expect(ven.state().trouble.poll?.detail).toContain('429'))
    const before = count()
    const untilMs = ven.state().trouble.poll?.untilMs ?? 0
    expect(untilMs - rig.clock.nowMs()).toBeGreaterThan(HOUR_MS / 2)
    expect(count()).toBe(before)
  })
})

describe('an answer that cannot be used', () => {
  it('is kept once, byte for byte, however often it comes', async () => {
    const rig = await aRig('3.1')
    const body = '{"events": "none today"}'
    rig.vtn.misbehave('events', { status: 200, body }, 1000)
    const ven = rig.join()
    await eventually(() => expect(ven.state().trouble.poll?.failures).toBeGreaterThan(3))
    expect(rig.signals().map((signal) => [signal.status, String(signal.body), signal.protocol])).toEqual([[200, body, 'openadr31']])
    await eventually(() => expect(rig.driven.driver.read(rejectedRecords)).toHaveLength(1))
  })
})

describe('what came back', () => {
  it('is counted by path and outcome', async () => {
    const rig = await aRig('3.1')
    const registry = new Registry()
    const ven = rig.join({ instruments: createVenInstruments(registry), timeoutMs: 300 })
    await rig.polled(ven)
    rig.vtn.misbehave('events', { status: 503, body: 'busy' }, 1)
    rig.vtn.misbehave('events', { status: 200, body: '{}' }, 1)
    rig.vtn.misbehave('events', 'break off', 1)
    await eventually(async () => {
      const text = await registry.metrics()
      for (const outcome of ['http-200', 'http-503', 'unreadable', 'no-answer'])
        expect(text).toMatch(new RegExp(`drover_openadr3_asked_total\\{vtn="vtn-1",path="events",outcome="${outcome}"\\} [1-9]`))
      expect(text).toMatch(/drover_openadr3_polls_total\{vtn="vtn-1",changed="true"\} 1/)
    })
  })
})

describe('what a VTN does not let us see', () => {
  it.each([403, 404])('by %i of VENs does not keep us from polling events', async (status) => {
    const rig = await aRig('3.1')
    rig.vtn.misbehave('vens', { status, body: '{}' }, 1000)
    rig.postEvent(anHour(rig.clock.nowMs() + HOUR_MS))
    await rig.polled(rig.join())
    expect(rig.kinds()).toHaveLength(1)
  })
})
