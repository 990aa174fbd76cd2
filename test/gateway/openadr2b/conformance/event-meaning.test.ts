/** Conformance, EiEvent: what an event means, and why one is refused (OpenADR 2.0b; reference rules E, conformance rules by number). */
import { describe, expect, it } from 'vitest'
import { utilityEvents } from '../../../../topics/catalogue.ts'
import { writeDistributeEvent } from '../../../vtn/write/event.ts'
import { child, children, text } from '../../../vtn/xml.ts'
import { eventually, HOUR_MS } from '../ven/rig.ts'
import { anOadrEvent, aSignal, talk } from './talk.ts'

const conversation = talk()
const { rig, said, answered, distribute, kinds, records, soonMs } = conversation
const told = answered.bind(conversation)

describe('refusals', () => {
  it('452 in the outer eiResponse: the vtnID of another VTN', async () => {
    await rig().joined()
    distribute([anOadrEvent('a', soonMs())], { vtnID: 'vtn-2', requestID: 'foreign' })
    await eventually(() => expect(said('oadrCreatedEvent')).toHaveLength(1))
    const body = child(said('oadrCreatedEvent')[0]?.body ?? {}, 'eiCreatedEvent')
    expect(text(child(body, 'eiResponse'), 'responseCode')).toBe('452')
    expect(children(child(body, 'eventResponses'), 'eventResponse')).toEqual([])
    expect(rig().log.read(utilityEvents)).toEqual([])
  })

  it.each([
    ['453', 'an unknown market context', { marketContext: 'http://nobody.example' }],
    ['452', 'another VEN as target', { targets: [{ kind: 'venID', id: 'another' }] }],
    [
      '452',
      'another VEN beside a resource of ours',
      {
        targets: [
          { kind: 'venID', id: 'another' },
          { kind: 'resourceID', id: 'r' },
        ],
      },
    ],
    ['452', 'a sort of target that is not supported', { targets: [{ kind: 'pnode', id: 'p' }] }],
    [
      '454',
      'rule 2, interval uids that do not count 0, 1, 2',
      { signals: aSignal({ intervals: [{ uid: '1', durationS: 3600, value: 1 }] }) },
    ],
    [
      '454',
      'rule 8, intervals shorter than the active period',
      { signals: aSignal({ intervals: [{ uid: '0', durationS: 1800, value: 1 }] }) },
    ],
    [
      '454',
      'rule 8, intervals longer than the active period',
      { signals: aSignal({ intervals: [{ uid: '0', durationS: 7200, value: 1 }] }) },
    ],
    ['460', 'rule 9, a SIMPLE level above 3', { signals: aSignal({ intervals: [{ uid: '0', durationS: 3600, value: 4 }] }) }],
    [
      '460',
      'rule 9, a SIMPLE level that is no whole number',
      { signals: aSignal({ intervals: [{ uid: '0', durationS: 3600, value: 1.5 }] }) },
    ],
    ['454', 'an event that asks for nothing at any time', { signals: aSignal({ intervals: [{ uid: '0', durationS: 3600, value: 0 }] }) }],
    [
      '454',
      'an interval that starts before the event',
      { signals: aSignal({ intervals: [{ uid: '0', startMs: 0, durationS: 3600, value: 1 }] }) },
    ],
  ] as const)('%s: %s', async (code, _, change) => {
    await rig().joined()
    distribute([anOadrEvent('odd', soonMs(), change as object), anOadrEvent('sound', soonMs())])
    await told(`odd 0 ${code} optOut`, 'sound 0 200 optIn')
    expect(kinds('odd')).toEqual(['refused'])
    expect(said('oadrCreatedEvent')[0]?.request).toContain('<ei:responseDescription>')
  })
})

describe('what an event means', () => {
  const meaning = async (change: object, startMs = soonMs()) => {
    await rig().joined()
    distribute([anOadrEvent('a', startMs, change)])
    await eventually(() => expect(kinds('a')).toEqual(['event']))
    return records('a')[0]
  }

  it.each([
    ['true', 'drill'],
    ['anything but false', 'drill'],
    ['FALSE', 'none'],
  ])('rule 6: testEvent "%s" is a test by the terms: %s', async (testEvent, test) => {
    await rig().joined()
    const list = writeDistributeEvent('d', 'vtn-1', [anOadrEvent('a', soonMs())])
    rig().vtn.sendRaw(Buffer.from(list.replace('>false</e:testEvent>', `>${testEvent}</e:testEvent>`)))
    await eventually(() => expect(records('a')[0]?.test).toBe(test))
  })

  it('startafter spreads the start by up to so many seconds', async () => {
    const startMs = soonMs()
    expect(await meaning({ activePeriod: { startMs, durationS: 3600, startAfterS: 120 } }, startMs)).toMatchObject({
      randomizeStartS: 120,
      startMs,
    })
  })

  it('duration 0 is open-ended, until cancelled', async () => {
    const startMs = soonMs()
    const intervals = [{ uid: '0', durationS: 0, value: 1 }]
    expect(await meaning({ activePeriod: { startMs, durationS: 0 }, signals: aSignal({ intervals }) }, startMs)).toMatchObject({
      openEnded: true,
    })
    distribute([])
    await eventually(() => expect(kinds('a')).toEqual(['event', 'cancelled']))
  })

  it('several intervals follow one another, each with its level', async () => {
    const startMs = soonMs()
    const intervals = [1, 3, 2].map((value, index) => ({ uid: String(index), durationS: 1200, value }))
    expect((await meaning({ signals: aSignal({ intervals }) }, startMs))?.intervals).toEqual(
      ['1', '3', '2'].map((level, index) => ({
        startMs: startMs + index * 1_200_000,
        endMs: startMs + (index + 1) * 1_200_000,
        level,
        valueW: null,
      })),
    )
  })

  it('SIMPLE 0 between two levels asks for nothing there', async () => {
    const startMs = soonMs()
    const intervals = [2, 0, 1].map((value, index) => ({ uid: String(index), durationS: 1200, value }))
    expect(
      (await meaning({ signals: aSignal({ intervals }) }, startMs))?.intervals.map(({ level, startMs: at }) => [level, at - startMs]),
    ).toEqual([
      ['2', 0],
      ['1', 2_400_000],
    ])
  })

  it('priority 1 is the most urgent, and 0 comes after all others', async () => {
    await rig().joined()
    distribute([0, 1, 7].map((priority) => anOadrEvent(`p${priority}`, soonMs(), { priority })))
    await eventually(() => expect(kinds('p7')).toEqual(['event']))
    const ranks = ['p1', 'p7', 'p0'].map((id) => records(id)[0]?.rank ?? -1)
    expect([...ranks].sort((a, b) => a - b)).toEqual(ranks)
  })

  it.each([
    ['no target', [], [{ kind: 'all', ids: [] }]],
    [
      'resources',
      [
        { kind: 'resourceID', id: 'r1' },
        { kind: 'resourceID', id: 'r2' },
      ],
      [{ kind: 'resource', ids: ['r1', 'r2'] }],
    ],
    ['a group', [{ kind: 'groupID', id: 'feeder-7' }], [{ kind: 'group', ids: ['feeder-7'] }]],
    [
      'a place and a device',
      [
        { kind: 'serviceArea', id: '1 2' },
        { kind: 'meterAsset', id: 'm' },
      ],
      [
        { kind: 'place', ids: ['1 2'] },
        { kind: 'device', ids: ['m'] },
      ],
    ],
  ])('targets: %s', async (_, targets, resolved) => {
    expect(new Set((await meaning({ targets }))?.targets)).toEqual(new Set(resolved))
  })

  it('targets: our own VEN is everybody, and beside a group only the group', async () => {
    const ven = await rig().joined()
    const own = { kind: 'venID', id: ven.state().venId ?? '' } as const
    distribute([
      anOadrEvent('all', soonMs(), { targets: [own] }),
      anOadrEvent('some', soonMs(), { targets: [own, { kind: 'groupID', id: 'g' }] }),
    ])
    await eventually(() => expect(kinds('some')).toEqual(['event']))
    expect(records('all')[0]?.targets).toEqual([{ kind: 'all', ids: [] }])
    expect(records('some')[0]?.targets).toEqual([{ kind: 'group', ids: ['g'] }])
  })

  it('targets: a device class in the signal narrows the event to that group', async () => {
    const targets = [{ kind: 'endDeviceAsset', id: 'Electric_Vehicle' }]
    expect((await meaning({ signals: aSignal({ targets: targets as never }) }))?.targets).toEqual([
      { kind: 'group', ids: ['Electric_Vehicle'] },
    ])
  })

  it('rule 1: a start with another zone offset is the same instant', async () => {
    await rig().joined()
    const startMs = soonMs()
    const utc = new Date(startMs).toISOString()
    const eastern = `${new Date(startMs - 5 * HOUR_MS).toISOString().slice(0, 19)}-05:00`
    rig().vtn.sendRaw(Buffer.from(writeDistributeEvent('d', 'vtn-1', [anOadrEvent('a', startMs)]).replace(utc, eastern)))
    await eventually(() => expect(records('a')[0]?.startMs).toBe(startMs))
  })

  it('an event that is known late starts where it is', async () => {
    const startMs = Math.floor(rig().clock.nowMs() / 1000) * 1000 - 1_800_000
    expect(await meaning({ eventStatus: 'active' }, startMs)).toMatchObject({ startMs, endMs: startMs + HOUR_MS })
  })
})

conversation.heldAgainstSchema()
