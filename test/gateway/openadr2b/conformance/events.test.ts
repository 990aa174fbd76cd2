/** Conformance, EiEvent: the complete list, its answers, modification and cancellation (OpenADR 2.0b; reference rules E, conformance rules by number). */
import { describe, expect, it } from 'vitest'
import { writeDistributeEvent } from '../../../vtn/write/event.ts'
import { child, text } from '../../../vtn/xml.ts'
import { anEvent, eventually, HOUR_MS } from '../ven/rig.ts'
import { anOadrEvent, aSignal, talk } from './talk.ts'

const conversation = talk()
const { rig, said, answered, answers, distribute, kinds, records, soonMs } = conversation
const polledOn = conversation.polledOn.bind(conversation)
const told = answered.bind(conversation)

describe('the list of events is complete', () => {
  it('an event that is missing from the next list is cancelled without an answer', async () => {
    await rig().joined()
    rig().vtn.postEvent(anEvent('a', soonMs()))
    rig().vtn.postEvent(anEvent('b', soonMs()))
    await eventually(() => expect(answers()).toHaveLength(2))
    rig().vtn.dropEvent('a')
    await eventually(() => expect(kinds('a')).toEqual(['event', 'cancelled']))
    expect(kinds('b')).toEqual(['event'])
    await polledOn()
    expect(answers()).toHaveLength(2)
  })

  it('an empty list cancels all', async () => {
    await rig().joined()
    distribute([anOadrEvent('a', soonMs()), anOadrEvent('b', soonMs())])
    await eventually(() => expect(kinds('b')).toEqual(['event']))
    distribute([])
    await eventually(() => expect([...kinds('a'), ...kinds('b')]).toEqual(['event', 'cancelled', 'event', 'cancelled']))
  })

  it('an active event that is missing is cancelled, too', async () => {
    await rig().joined()
    distribute([anOadrEvent('a', rig().clock.nowMs() - 600_000, { eventStatus: 'active' })])
    await eventually(() => expect(kinds('a')).toEqual(['event']))
    distribute([])
    await eventually(() => expect(kinds('a')).toEqual(['event', 'cancelled']))
  })

  it('an event that is over is not cancelled by its absence', async () => {
    await rig().joined()
    distribute([anOadrEvent('a', rig().clock.nowMs() - 2 * HOUR_MS, { eventStatus: 'completed', responseRequired: 'never' })])
    distribute([])
    await polledOn()
    expect(kinds('a')).toEqual([])
  })

  it('a list that comes with an error is no list: nothing is cancelled, and it is asked for again', async () => {
    const first = await rig().joined()
    rig().vtn.postEvent(anEvent('a', soonMs()))
    await told('a 0 200 optIn')
    await first.stop()
    const body = writeDistributeEvent('d', 'vtn-1', [], 'r').replace(/>200</, '>503<')
    rig().proxy.misbehave('EiEvent', { status: 200, body, contentType: 'application/xml' }, 1)
    const before = said('oadrRequestEvent').length
    rig().join()
    await eventually(() => expect(said('oadrRequestEvent').length).toBeGreaterThan(before))
    expect(kinds('a')).toEqual(['event'])
  })

  it('events of two market contexts stand in one list, and both are taken', async () => {
    await rig().addProgram('winter-shed')
    await rig().joined()
    distribute([anOadrEvent('a', soonMs()), anOadrEvent('w', soonMs(), { marketContext: 'http://utility.example/winter-shed' })])
    await told('a 0 200 optIn', 'w 0 200 optIn')
    expect([records('a')[0]?.programId, records('w')[0]?.programId]).toEqual(['summer-shed', 'winter-shed'])
  })
})

describe('oadrCreatedEvent', () => {
  it('response required always: one eventResponse with eventID, modificationNumber and the requestID of the list', async () => {
    await rig().joined()
    distribute([anOadrEvent('a', soonMs(), { modificationNumber: 4 })], { requestID: 'the-list' })
    await told('a 4 200 optIn')
    const [created] = said('oadrCreatedEvent')
    const body = child(created?.body ?? {}, 'eiCreatedEvent')
    expect(text(child(child(body, 'eventResponses'), 'eventResponse'), 'requestID')).toBe('the-list')
    expect(text(child(body, 'eiResponse'), 'responseCode')).toBe('200')
    expect(text(body, 'venID')).toBe(rig().vtn.registrations()[0]?.venID)
  })

  it('response required never: the event is taken and not answered', async () => {
    await rig().joined()
    distribute([anOadrEvent('quiet', soonMs(), { responseRequired: 'never' })])
    await eventually(() => expect(kinds('quiet')).toEqual(['event']))
    await told()
  })

  it('one message answers all events of one list', async () => {
    await rig().joined()
    distribute(['a', 'b', 'c'].map((id) => anOadrEvent(id, soonMs())))
    await told('a 0 200 optIn', 'b 0 200 optIn', 'c 0 200 optIn')
    expect(said('oadrCreatedEvent')).toHaveLength(1)
  })

  it('a completed event is not answered', async () => {
    await rig().joined()
    distribute([anOadrEvent('done', rig().clock.nowMs() - 2 * HOUR_MS, { eventStatus: 'completed' })])
    await told()
  })

  it('the same list again is not answered again', async () => {
    await rig().joined()
    const event = anOadrEvent('a', soonMs())
    distribute([event])
    await eventually(() => expect(answers()).toHaveLength(1))
    distribute([event])
    distribute([event])
    await told('a 0 200 optIn')
    expect(kinds('a')).toEqual(['event'])
  })

  it('the requestID "None" of one VTN is echoed as it stands', async () => {
    await rig().joined()
    distribute([anOadrEvent('a', soonMs())], { requestID: 'None' })
    await told('a 0 200 optIn')
    expect(said('oadrCreatedEvent')[0]?.request).toContain('<pyld:requestID>None</pyld:requestID>')
  })

  it('an eventID of odd characters comes back unchanged', async () => {
    await rig().joined()
    distribute([anOadrEvent('a & <b> "c"', soonMs())])
    await told('a & <b> "c" 0 200 optIn')
  })
})

describe('modification', () => {
  it('a higher modificationNumber changes the event and is answered anew', async () => {
    await rig().joined()
    const startMs = soonMs()
    distribute([anOadrEvent('a', startMs)])
    await eventually(() => expect(answers()).toHaveLength(1))
    distribute([anOadrEvent('a', startMs + HOUR_MS, { modificationNumber: 1 })])
    await told('a 0 200 optIn', 'a 1 200 optIn')
    expect(records('a').map(({ startMs: at, revision }) => [at, revision])).toEqual([
      [startMs, 1],
      [startMs + HOUR_MS, 2],
    ])
  })

  it('modification while active changes the rest of the event', async () => {
    await rig().joined()
    const startMs = Math.floor(rig().clock.nowMs() / 1000) * 1000 - 600_000
    distribute([anOadrEvent('a', startMs, { eventStatus: 'active' })])
    await eventually(() => expect(answers()).toHaveLength(1))
    const intervals = [{ uid: '0', durationS: 1800, value: 1 }]
    distribute([
      anOadrEvent('a', startMs, {
        eventStatus: 'active',
        modificationNumber: 1,
        activePeriod: { startMs, durationS: 1800 },
        signals: aSignal({ intervals }),
      }),
    ])
    await told('a 0 200 optIn', 'a 1 200 optIn')
    expect(records('a').at(-1)).toMatchObject({ endMs: startMs + 1_800_000, intervals: [{ level: '1' }] })
  })

  it('modification to SIMPLE 0 ends the event, and the next one begins it again', async () => {
    await rig().joined()
    const startMs = soonMs()
    const at = (modificationNumber: number, value: number) =>
      anOadrEvent('a', startMs, { modificationNumber, signals: aSignal({ intervals: [{ uid: '0', durationS: 3600, value }] }) })
    distribute([at(0, 2)])
    await eventually(() => expect(answers()).toHaveLength(1))
    distribute([at(1, 0)])
    await told('a 0 200 optIn', 'a 1 200 optIn')
    expect(kinds('a')).toEqual(['event', 'cancelled'])
    distribute([at(2, 1)])
    await told('a 0 200 optIn', 'a 1 200 optIn', 'a 2 200 optIn')
    expect(kinds('a')).toEqual(['event', 'cancelled', 'event'])
  })

  it('a lower modificationNumber is out of sequence: 450, and the event in force stays', async () => {
    await rig().joined()
    distribute([anOadrEvent('a', soonMs(), { modificationNumber: 3 })])
    await eventually(() => expect(answers()).toHaveLength(1))
    distribute([anOadrEvent('a', soonMs(), { modificationNumber: 2 })])
    await told('a 3 200 optIn', 'a 2 450 optOut')
    expect(kinds('a')).toEqual(['event', 'refused'])
  })

  it('a modification that is refused leaves the event in force', async () => {
    await rig().joined()
    distribute([anOadrEvent('a', soonMs())])
    await eventually(() => expect(answers()).toHaveLength(1))
    distribute([anOadrEvent('a', soonMs(), { modificationNumber: 1, signals: aSignal({ signalName: 'BID_LOAD' }) })])
    await told('a 0 200 optIn', 'a 1 460 optOut')
    expect(kinds('a')).toEqual(['event', 'refused'])
  })

  it('an event that stands twice in one list is refused, with one eventResponse', async () => {
    await rig().joined()
    distribute([anOadrEvent('a', soonMs()), anOadrEvent('a', soonMs() + HOUR_MS)])
    await told('a 0 454 optOut')
    expect(kinds('a')).not.toContain('event')
  })
})

describe('cancellation', () => {
  it('eventStatus cancelled ends the event and is answered by optIn', async () => {
    await rig().joined()
    rig().vtn.postEvent(anEvent('a', soonMs()))
    await eventually(() => expect(answers()).toHaveLength(1))
    rig().vtn.cancelEvent('a')
    await told('a 0 200 optIn', 'a 1 200 optIn')
    expect(kinds('a')).toEqual(['event', 'cancelled'])
  })

  it('an active event is cancelled at once', async () => {
    await rig().joined()
    const event = anOadrEvent('a', rig().clock.nowMs() - 600_000, { eventStatus: 'active' })
    distribute([event])
    await eventually(() => expect(answers()).toHaveLength(1))
    distribute([{ ...event, eventStatus: 'cancelled', modificationNumber: 1 }])
    await told('a 0 200 optIn', 'a 1 200 optIn')
    expect(kinds('a')).toEqual(['event', 'cancelled'])
  })

  it('rule 21: an unknown cancelled event is no error', async () => {
    await rig().joined()
    distribute([anOadrEvent('never-heard-of', soonMs(), { eventStatus: 'cancelled', modificationNumber: 7 })])
    await told('never-heard-of 7 200 optIn')
    expect(kinds('never-heard-of')).toEqual([])
  })

  it('a cancellation that is repeated is answered once', async () => {
    await rig().joined()
    const event = anOadrEvent('a', soonMs())
    distribute([event])
    await eventually(() => expect(answers()).toHaveLength(1))
    for (let i = 0; i < 3; i++) distribute([{ ...event, eventStatus: 'cancelled', modificationNumber: 1 }])
    await told('a 0 200 optIn', 'a 1 200 optIn')
  })

  it('an event that comes back after its cancellation is a new revision', async () => {
    await rig().joined()
    const event = anOadrEvent('a', soonMs())
    distribute([event])
    await eventually(() => expect(kinds('a')).toEqual(['event']))
    distribute([])
    await eventually(() => expect(kinds('a')).toEqual(['event', 'cancelled']))
    distribute([{ ...event, modificationNumber: 1 }])
    await eventually(() => expect(kinds('a')).toEqual(['event', 'cancelled', 'event']))
    expect(records('a').map(({ revision }) => revision)).toEqual([1, 2, 3])
  })

  it('start-after is kept with the cancellation, so that every device ends by the delay that it started with', async () => {
    await rig().joined()
    const startMs = rig().clock.nowMs() - 600_000
    const event = anOadrEvent('a', startMs, { eventStatus: 'active', activePeriod: { startMs, durationS: 3600, startAfterS: 300 } })
    distribute([event])
    await eventually(() => expect(kinds('a')).toEqual(['event']))
    distribute([{ ...event, eventStatus: 'cancelled', modificationNumber: 1 }])
    await eventually(() => expect(kinds('a')).toEqual(['event', 'cancelled']))
    expect(records('a').map(({ randomizeStartS }) => randomizeStartS)).toEqual([300, 300])
  })
})

conversation.heldAgainstSchema()
