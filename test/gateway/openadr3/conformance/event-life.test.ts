/** The life of an event at a VTN: shown, changed, deleted, hidden; polling is the truth (User Guide 7.4, searchAllEvents). */
import { describe, expect, it } from 'vitest'
import { anHour, eventually, HOUR_MS, iso, type Rig } from '../rig.ts'
import { aRig, isOdd, stopRigs } from './understood.ts'

stopRigs()
const soon = (rig: Rig): number => rig.clock.nowMs() + HOUR_MS

describe.each(['3.0', '3.1'] as const)('%s: an event', (revision) => {
  it('that is new is taken, citing the poll that showed it', async () => {
    const rig = await aRig(revision)
    const ven = rig.join()
    await rig.polled(ven)
    expect(rig.kinds()).toEqual([])
    const { id } = rig.postEvent(anHour(soon(rig)))
    await eventually(() => expect(rig.kinds()).toEqual([`${id} event`]))
    const [event] = rig.meanings()
    expect(event).toMatchObject({ programId: 'summer-shed', vtnId: 'vtn-1', revision: 1, opt: 'optIn' })
    expect(String(rig.signals()[event?.signal?.offset ?? -1]?.body)).toContain(id)
  })

  it('that does not change is recorded once, however often it is polled', async () => {
    const rig = await aRig(revision)
    rig.postEvent(anHour(soon(rig)))
    const ven = rig.join()
    for (let polls = 0; polls < 3; polls++) await rig.polled(ven)
    expect(rig.signals()).toHaveLength(1)
    expect(rig.kinds()).toHaveLength(1)
  })

  it('that changes is a new revision, and the others stay as they are', async () => {
    const rig = await aRig(revision)
    const startMs = soon(rig)
    const first = rig.postEvent(anHour(startMs))
    rig.postEvent(anHour(startMs + 6 * HOUR_MS))
    const ven = rig.join()
    await rig.polled(ven)
    rig.vtn.objects.replace('events', first.id, { programID: rig.program.id, ...anHour(startMs + HOUR_MS) })
    await eventually(() => expect(rig.meanings()).toHaveLength(3))
    expect(rig.meanings()[2]).toMatchObject({ theirEventId: first.id, revision: 2, startMs: startMs + HOUR_MS })
  })

  it('whose dates alone change means the same, and is no revision', async () => {
    const rig = await aRig(revision)
    const startMs = soon(rig)
    const { id } = rig.postEvent(anHour(startMs))
    const ven = rig.join()
    await rig.polled(ven)
    rig.vtn.objects.replace('events', id, { programID: rig.program.id, ...anHour(startMs) })
    await eventually(() => expect(rig.signals()).toHaveLength(2))
    await rig.polled(ven)
    expect(rig.meanings().filter(({ startMs: from }) => from !== startMs)).toEqual([])
    expect(rig.kinds().every((kind) => kind === `${id} event`)).toBe(true)
  })

  it('of which an older copy comes back is kept, and the copy refused', async () => {
    const rig = await aRig(revision)
    const startMs = soon(rig)
    const { id } = rig.postEvent(anHour(startMs))
    const ven = rig.join()
    await rig.polled(ven)
    const stale = { ...rig.vtn.objects.find('events', id), modificationDateTime: iso(startMs - 2 * HOUR_MS), priority: 3 }
    rig.vtn.misbehave('events', { status: 200, body: JSON.stringify([stale]) }, 3)
    await eventually(() => expect(rig.kinds()).toContain(`${id} refused`))
    expect(rig.meanings().at(-1)?.refusal).toMatch(/^modificationNumber: .* is older/)
    expect(rig.kinds()).not.toContain(`${id} cancelled`)
  })

  it('that is deleted is cancelled, without any notification', async () => {
    const rig = await aRig(revision)
    const { id } = rig.postEvent(anHour(soon(rig)))
    await rig.polled(rig.join())
    rig.vtn.objects.remove('events', id)
    await eventually(() => expect(rig.kinds()).toEqual([`${id} event`, `${id} cancelled`]))
  })

  it('that is deleted while it runs is cancelled', async () => {
    const rig = await aRig(revision)
    const { id } = rig.postEvent(anHour(rig.clock.nowMs() - HOUR_MS / 2))
    await rig.polled(rig.join())
    rig.vtn.objects.remove('events', id)
    await eventually(() => expect(rig.kinds()).toEqual([`${id} event`, `${id} cancelled`]))
  })

  it('that is deleted after its end is not cancelled', async () => {
    const rig = await aRig(revision)
    const { id } = rig.postEvent({ ...anHour(rig.clock.nowMs()), intervalPeriod: { start: iso(rig.clock.nowMs()), duration: 'PT5M' } })
    const ven = rig.join()
    await eventually(() => expect(rig.kinds()).toEqual([`${id} event`]))
    await eventually(() => expect(rig.clock.nowMs()).toBeGreaterThan(rig.meanings()[0]?.endMs ?? 0))
    rig.vtn.objects.remove('events', id)
    await rig.polled(ven)
    expect(rig.kinds()).toEqual([`${id} event`])
  })

  it('that is set to now for no time is cancelled', async () => {
    isOdd(/start: must match format "date-time"/)
    const rig = await aRig(revision)
    const startMs = soon(rig)
    const { id } = rig.postEvent(anHour(startMs))
    await rig.polled(rig.join())
    const cancelled = anHour(startMs, { intervalPeriod: { start: '0001-01-01T00:00:00', duration: 'PT0S' } })
    rig.vtn.objects.replace('events', id, { programID: rig.program.id, ...cancelled })
    await eventually(() => expect(rig.kinds()).toEqual([`${id} event`, `${id} cancelled`]))
  })

  it('that falls to SIMPLE 0 is cancelled: it asks for nothing any more', async () => {
    const rig = await aRig(revision)
    const startMs = soon(rig)
    const { id } = rig.postEvent(anHour(startMs))
    await rig.polled(rig.join())
    const normal = anHour(startMs, { intervals: [{ id: 0, payloads: [{ type: 'SIMPLE', values: [0] }] }] })
    rig.vtn.objects.replace('events', id, { programID: rig.program.id, ...normal })
    await eventually(() => expect(rig.kinds()).toEqual([`${id} event`, `${id} cancelled`]))
  })

  it('that cannot be understood after a change stays in force as it was', async () => {
    const rig = await aRig(revision)
    const startMs = soon(rig)
    const { id } = rig.postEvent(anHour(startMs))
    await rig.polled(rig.join())
    const odd = anHour(startMs, { intervals: [{ id: 0, payloads: [{ type: 'SIMPLE', values: [9] }] }] })
    rig.vtn.objects.replace('events', id, { programID: rig.program.id, ...odd })
    await eventually(() => expect(rig.kinds()).toEqual([`${id} event`, `${id} refused`]))
  })

  it.each([49, 50, 51, 120])('among %i is found on its page', async (count) => {
    const rig = await aRig(revision)
    const startMs = soon(rig)
    for (let n = 0; n < count; n++) rig.postEvent(anHour(startMs + n * HOUR_MS))
    await rig.polled(rig.join())
    expect(rig.kinds()).toHaveLength(count)
    expect(rig.signals()).toHaveLength(1)
  })

  it.each([51, 60])('among %i that moves between pages while they are read is not taken for deleted', async (count) => {
    const rig = await aRig(revision)
    const [first] = Array.from({ length: count }, (_, n) => rig.postEvent(anHour(soon(rig) + n * HOUR_MS)))
    const ven = rig.join()
    await rig.polled(ven)
    // The 51st is the first of the second page before, and the last of the first page after.
    rig.vtn.onceAnswered(/^GET events\?.*skip=0&/, () => rig.vtn.objects.remove('events', first?.id ?? ''))
    await eventually(() => expect(rig.kinds()).toContain(`${first?.id} cancelled`))
    await rig.polled(ven)
    expect(rig.kinds().filter((kind) => kind.endsWith('cancelled'))).toEqual([`${first?.id} cancelled`])
  })

  it('of a program that moves between pages while they are read is not taken for deleted', async () => {
    const rig = await aRig(revision)
    rig.vtn.objects.remove('programs', rig.program.id)
    const [first] = Array.from({ length: 50 }, (_, n) => rig.vtn.objects.create('programs', { programName: `other-${n}` }))
    const ours = rig.vtn.objects.create('programs', { programName: 'summer-shed' })
    const { id } = rig.vtn.objects.create('events', { programID: ours.id, ...anHour(soon(rig)) })
    const ven = rig.join()
    await rig.polled(ven)
    let removed = false
    rig.vtn.onceAnswered(/^GET programs\?.*skip=0&/, () => {
      rig.vtn.objects.remove('programs', first?.id ?? '')
      removed = true
    })
    ven.hint()
    await eventually(() => expect(removed).toBe(true))
    await rig.polled(ven)
    expect(rig.kinds()).toEqual([`${id} event`])
  })

  it('of a VTN that knows no paging is found', async () => {
    const rig = await aRig(revision)
    const all = Array.from({ length: 70 }, (_, n) => rig.postEvent(anHour(soon(rig) + n * HOUR_MS)))
    rig.vtn.misbehave('events', { status: 200, body: JSON.stringify(all) }, 1000)
    await rig.polled(rig.join())
    expect(rig.kinds()).toHaveLength(70)
  })

  it('of a program that is not ours is not even asked for', async () => {
    const rig = await aRig(revision)
    const other = rig.vtn.objects.create('programs', { programName: 'winter' })
    rig.vtn.objects.create('events', { programID: other.id, ...anHour(soon(rig)) })
    await rig.polled(rig.join())
    expect(rig.kinds()).toEqual([])
    expect(rig.vtn.requests().filter(({ query }) => query.includes(other.id))).toEqual([])
  })

  it('of a program that the VTN makes later is found', async () => {
    const rig = await aRig(revision)
    rig.vtn.objects.remove('programs', rig.program.id)
    const ven = rig.join()
    await rig.polled(ven)
    const late = rig.vtn.objects.create('programs', { programName: 'summer-shed' })
    const { id } = rig.vtn.objects.create('events', { programID: late.id, ...anHour(soon(rig)) })
    ven.hint()
    await eventually(() => expect(rig.kinds()).toEqual([`${id} event`]))
  })
})

describe('3.1: the filter active', () => {
  it('leaves out events that have transpired', async () => {
    const rig = await aRig('3.1')
    rig.postEvent(anHour(soon(rig), { eventName: 'transpired' }))
    await rig.polled(rig.join())
    expect(rig.kinds()).toEqual([])
    expect(rig.vtn.requests().some(({ query }) => query.includes('active=true'))).toBe(true)
  })

  it('is given up where the VTN refuses it', async () => {
    const rig = await aRig('3.1', { vtn: { knowsActive: false } })
    rig.postEvent(anHour(soon(rig)))
    const ven = rig.join()
    await rig.polled(ven)
    expect(rig.kinds()).toHaveLength(1)
    const refused = () => rig.vtn.requests().filter(({ status }) => status === 400).length
    const before = refused()
    await rig.polled(ven)
    expect(refused()).toBe(before)
  })

  it('is not asked for in 3.0, which has none', async () => {
    const rig = await aRig('3.0', { vtn: { knowsActive: false } })
    await rig.polled(rig.join())
    expect(rig.vtn.requests().filter(({ query }) => query.includes('active'))).toEqual([])
  })
})
