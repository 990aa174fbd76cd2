/** A restart anywhere goes on from the log; VTNs do not disturb each other; the log being away loses nothing. */
import { describe, expect, it } from 'vitest'
import { utilitySessions } from '../../../../topics/catalogue.ts'
import { anHour, eventually, HOUR_MS } from '../rig.ts'
import { aRig, stopRigs } from './understood.ts'

stopRigs()

describe.each(['3.0', '3.1'] as const)('%s: a restart', (revision) => {
  it('in the middle of an event says nothing twice', async () => {
    const rig = await aRig(revision)
    const { id } = rig.postEvent(anHour(rig.clock.nowMs() - 60_000))
    rig.vtn.objects.create('vens', { venName: 'herd' })
    const first = rig.join()
    await rig.polled(first)
    await first.stop()
    const second = rig.join()
    await rig.polled(second)
    expect(rig.signals()).toHaveLength(1)
    expect(rig.kinds()).toEqual([`${id} event`])
    expect(rig.log.read(utilitySessions)).toHaveLength(1)
    expect(second.state().venId).toBe(first.state().venId)
  })

  it('notices what was deleted meanwhile', async () => {
    const rig = await aRig(revision)
    const { id } = rig.postEvent(anHour(rig.clock.nowMs() + HOUR_MS))
    const first = rig.join()
    await rig.polled(first)
    await first.stop()
    rig.vtn.objects.remove('events', id)
    rig.join()
    await eventually(() => expect(rig.kinds()).toEqual([`${id} event`, `${id} cancelled`]))
  })

  it('before the interpreter has read the poll loses nothing', async () => {
    const rig = await aRig(revision)
    rig.driven.hold(true)
    const { id } = rig.postEvent(anHour(rig.clock.nowMs() + HOUR_MS))
    const first = rig.join()
    await rig.polled(first)
    await first.stop()
    rig.driven.hold(false)
    await rig.polled(rig.join())
    expect(rig.kinds()).toEqual([`${id} event`])
  })

  it('of the log loses nothing: what was seen is written as soon as it can be', async () => {
    const rig = await aRig(revision)
    const ven = rig.join()
    await rig.polled(ven)
    rig.log.failWith('the broker is away')
    const { id } = rig.postEvent(anHour(rig.clock.nowMs() + HOUR_MS))
    await eventually(() => expect(rig.logged()).toContain('the broker is away'))
    rig.log.failWith(undefined)
    await eventually(() => expect(rig.kinds()).toEqual([`${id} event`]))
  })

  it('finds the VEN object that the VTN has for us, or that it is gone', async () => {
    const rig = await aRig(revision)
    const { id } = rig.vtn.objects.create('vens', { venName: 'herd' })
    const ven = rig.join()
    await eventually(() => expect(ven.state().venId).toBe(id))
    rig.vtn.objects.remove('vens', id)
    await eventually(() => expect(ven.state().venId).toBeUndefined())
    expect(rig.log.read(utilitySessions).map(({ value }) => value?.kind)).toEqual(['registered', 'unregistered'])
  })
})

describe('several VTNs', () => {
  it('of which one is dead: the other is polled as ever', async () => {
    const rig = await aRig('3.1')
    rig.postEvent(anHour(rig.clock.nowMs() + HOUR_MS))
    const dead = rig.join({ vtnId: 'dead', baseUrl: 'http://127.0.0.1:1/' })
    const alive = rig.join()
    await rig.polled(alive)
    expect(rig.kinds()).toHaveLength(1)
    expect(dead.state()).toMatchObject({ stage: 'joining', polls: 0 })
    expect(alive.state()).toMatchObject({ stage: 'polling', trouble: {} })
  })

  it('may name their events alike', async () => {
    const rig = await aRig('3.1')
    const other = await aRig('3.0')
    const { id } = rig.postEvent(anHour(rig.clock.nowMs() + HOUR_MS))
    other.postEvent(anHour(rig.clock.nowMs() + HOUR_MS))
    await Promise.all([rig.polled(rig.join()), other.polled(other.join({ vtnId: 'vtn-1' }))])
    expect(rig.meanings()[0]?.theirEventId).toBe(id)
    expect(rig.signals()[0]?.protocol).toBe('openadr31')
    expect(other.signals()[0]?.protocol).toBe('openadr3')
  })
})
