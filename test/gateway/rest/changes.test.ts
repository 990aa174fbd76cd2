/** Programs and enrollment by REST: recorded when sound, answered with the verdict. */
import { beforeEach, describe, expect, it } from 'vitest'
import { enrollmentChanges, programsChanges, settlementNominations } from '../../../topics/catalogue.ts'
import { aChange, someAttributes } from '../../build/changes.ts'
import { someTerms } from '../../build/terms.ts'
import { createRestRig, HOUR_MS, nowMs, type RestRig } from './rig.ts'

let rig: RestRig
beforeEach(async () => {
  rig = await createRestRig()
})

describe('POST /programs', () => {
  const version = (change: object = {}) => ({ programId: 'winter', effectiveFromMs: nowMs, terms: someTerms(), ...change })
  const recorded = () => rig.log.read(programsChanges).slice(1)

  it('records a version, with who said so', async () => {
    const answer = await rig.call('POST', '/programs', version({ recordedBy: 'somebody else' }))
    expect(answer).toMatchObject({ status: 201, body: { programId: 'winter', partition: 0, offset: 1 } })
    expect(recorded()).toMatchObject([{ value: { programId: 'winter', recordedBy: 'operator', withdrawn: false, terms: { stepS: 900 } } }])
  })

  it('names what is missing and what is misspelt', async () => {
    const { zone: _, ...terms } = someTerms()
    const answer = await rig.call('POST', '/programs', version({ terms: { ...terms, zoan: 'UTC' } }))
    expect(answer.status).toBe(422)
    expect(answer.body.faults).toEqual([
      expect.stringContaining('terms.zoan: is not a field'),
      expect.stringContaining('terms.zone: is missing'),
    ])
    expect(recorded()).toEqual([])
  })

  it('names every contradiction in the terms', async () => {
    const terms = someTerms({ zone: 'Mars/Base', stepS: 7, minDurationS: 10, maxDurationS: 5 })
    const answer = await rig.call('POST', '/programs', version({ terms }))
    expect(answer.status).toBe(422)
    expect(answer.body.faults).toEqual(
      expect.arrayContaining([
        expect.stringContaining('terms.zone:'),
        expect.stringContaining('terms.stepS:'),
        expect.stringContaining('terms.minDurationS:'),
      ]),
    )
    expect(recorded()).toEqual([])
  })

  it('takes the terms of a program from whom it was given to', async () => {
    expect((await rig.call('POST', '/programs', version(), { as: 'utility' })).status).toBe(403)
    expect((await rig.call('POST', '/programs', version({ programId: 'summer-shed' }), { as: 'utility' })).status).toBe(201)
  })
})

describe('POST /nominations', () => {
  const recorded = () => rig.log.read(settlementNominations)
  const nomination = (change: object = {}) => ({
    programId: 'summer-shed',
    unitId: 'R-1',
    fromMs: nowMs + HOUR_MS,
    untilMs: nowMs + 2 * HOUR_MS,
    nominatedW: 5000,
    ...change,
  })

  it('records one, with who said so, at the time that it was judged by', async () => {
    const answer = await rig.call('POST', '/nominations', nomination({ recordedBy: 'somebody else' }))
    expect(answer).toMatchObject({ status: 201, body: { programId: 'summer-shed', unitId: 'R-1', offset: 0 } })
    expect(recorded()).toMatchObject([{ timestampMs: nowMs, value: { unitId: 'R-1', nominatedW: 5000, recordedBy: 'operator' } }])
  })

  it('records many, or none of them with every fault', async () => {
    const many = await rig.call('POST', '/nominations', [nomination(), nomination({ unitId: 'R-2' })])
    expect(many).toMatchObject({ status: 201, body: { results: [{ unitId: 'R-1' }, { unitId: 'R-2' }] } })
    const faulty = [
      nomination(),
      nomination({ programId: 'winter', nominatedW: -1 }),
      nomination({ watts: 5 }),
      nomination({ fromMs: nowMs - 1 }),
    ]
    const answer = await rig.call('POST', '/nominations', faulty)
    expect(answer.status).toBe(422)
    expect(answer.body.faults).toEqual([
      '[1].programId: unknown program "winter"',
      '[1].nominatedW: is negative',
      expect.stringContaining('[2].watts: is not a field'),
      expect.stringContaining('[3].fromMs: nominations for'),
    ])
    expect(recorded()).toHaveLength(2)
    expect((await rig.call('POST', '/nominations', [])).status).toBe(422)
  })

  it('takes them from whom the program was given to', async () => {
    expect((await rig.call('POST', '/nominations', nomination(), { as: 'utility' })).status).toBe(201)
    await rig.call('POST', '/programs', { programId: 'winter', effectiveFromMs: nowMs, terms: someTerms() })
    expect((await rig.call('POST', '/nominations', nomination({ programId: 'winter' }), { as: 'utility' })).status).toBe(403)
    expect(recorded()).toHaveLength(1)
  })
})

describe('POST /enrollment-changes', () => {
  const recorded = () => rig.log.read(enrollmentChanges)
  const register = (deviceId = 'd-1') => rig.call('POST', '/enrollment-changes', aChange('registered', { deviceId }))
  const enroll = (deviceId = 'd-1') => rig.call('POST', '/enrollment-changes', aChange('enrolled', { deviceId, programId: 'summer-shed' }))

  it('answers with a warning where the credential of the device cannot deliver within the notice', async () => {
    const attributes = someAttributes({ protocol: 'thermostat', credential: 'vendor-key' })
    await rig.call('POST', '/enrollment-changes', aChange('registered', { attributes }))
    expect(await enroll()).toMatchObject({
      status: 200,
      body: {
        verdict: 'accepted',
        detail: 'credential vendor-key, program summer-shed: about 2 devices need 120 min; notice is 0 min',
      },
    })
  })

  it('answers with the verdict', async () => {
    expect(await register()).toMatchObject({ status: 200, body: { deviceId: 'd-1', verdict: 'accepted', refusal: null } })
    expect(await enroll()).toMatchObject({ status: 200, body: { verdict: 'accepted' } })
  })

  it('answers a refused change with its reason, and keeps it on the log', async () => {
    const answer = await enroll('nobody')
    expect(answer).toMatchObject({ status: 409, body: { results: [{ verdict: 'refused', refusal: 'unknownDevice' }] } })
    expect(answer.body.detail).toContain('unknownDevice')
    expect(recorded()).toHaveLength(1)
  })

  it('takes a list, with one result each in its order', async () => {
    const list = ['a', 'b', 'c'].map((deviceId) => aChange('registered', { deviceId }))
    expect(await rig.call('POST', '/enrollment-changes', list)).toMatchObject({
      status: 200,
      body: { results: ['a', 'b', 'c'].map((deviceId) => ({ deviceId, verdict: 'accepted' })) },
    })
    const mixed = [
      aChange('enrolled', { deviceId: 'a', programId: 'summer-shed' }),
      aChange('enrolled', { deviceId: 'b', programId: 'nowhere' }),
    ]
    expect(await rig.call('POST', '/enrollment-changes', mixed)).toMatchObject({
      status: 409,
      body: { results: [{ verdict: 'accepted' }, { verdict: 'refused', refusal: 'unknownProgram' }] },
    })
  })

  it('records nothing of a list in which one change is not sound, and names it', async () => {
    const list = [aChange('registered', { deviceId: 'a' }), { ...aChange('registered', { deviceId: 'b' }), kind: 'wished' }]
    const answer = await rig.call('POST', '/enrollment-changes', list)
    expect(answer).toMatchObject({ status: 422, body: { faults: [expect.stringContaining('[1].kind: expected one of')] } })
    expect(recorded()).toEqual([])
  })

  it.each([[[]], [Array.from({ length: 1001 }, () => ({}))]])('takes between one and a thousand changes', async (list) => {
    expect((await rig.call('POST', '/enrollment-changes', list)).status).toBe(422)
    expect(recorded()).toEqual([])
  })

  it('says 202 while the verdict is out, and gives it to the same change later', async () => {
    const impatient = await createRestRig({ limitMs: 20 })
    impatient.driven.hold(true)
    const change = aChange('registered')
    expect(await impatient.call('POST', '/enrollment-changes', change)).toMatchObject({
      status: 202,
      body: { verdict: 'pending', offset: 0 },
    })
    impatient.driven.hold(false)
    expect(await impatient.call('POST', '/enrollment-changes', change)).toMatchObject({
      status: 409,
      body: { results: [{ refusal: 'duplicate' }] },
    })
  })

  it('says 503 when the change did not become durable', async () => {
    rig.log.failWith('the log is down')
    expect(await register()).toMatchObject({ status: 503, body: { detail: expect.stringContaining('repeat the request') } })
  })

  it('lets an owner opt a device of theirs out, as its customer and in nobody else’s name', async () => {
    await register()
    await enroll()
    const { actor: _, actorId: __, ...optOut } = aChange('optedOut', { eventId: 'E' })
    expect(await rig.call('POST', '/enrollment-changes', optOut, { as: 'owner' })).toMatchObject({
      status: 200,
      body: { verdict: 'accepted' },
    })
    expect(recorded().at(-1)?.value).toMatchObject({ kind: 'optedOut', actor: 'customer', actorId: 'owner' })
    const asOperator = { ...optOut, changeId: 'again', actor: 'operator', actorId: 'operator' }
    await rig.call('POST', '/enrollment-changes', asOperator, { as: 'owner' })
    expect(recorded().at(-1)?.value).toMatchObject({ changeId: 'again', actor: 'customer', actorId: 'owner' })
  })

  it.each([
    ['another device', { deviceId: 'd-2', kind: 'optedOut', eventId: 'E' }, 'deviceId'],
    ['a termination', { kind: 'terminated' }, 'kind'],
    ['an enrollment', { kind: 'enrolled', programId: 'summer-shed' }, 'kind'],
  ] as const)('keeps an owner from %s', async (_, change, field) => {
    const answer = await rig.call('POST', '/enrollment-changes', aChange(change.kind, change), { as: 'owner' })
    expect(answer).toMatchObject({ status: 403, body: { detail: expect.stringContaining(`${field}:`) } })
    expect(recorded()).toEqual([])
  })
})
