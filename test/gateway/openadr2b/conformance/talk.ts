/** A conversation per test between Drover and the simulated VTN, and everything that Drover said in it, held against the public schema at the end. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { OadrEvent } from '../../../../gateway/openadr2b/types/event.ts'
import { utilityEvents } from '../../../../topics/catalogue.ts'
import { writeDistributeEvent } from '../../../vtn/write/event.ts'
import { child, children, type Parsed, parseMessage, text } from '../../../vtn/xml.ts'
import { complaints, schemaMissing } from '../schema.ts'
import { createRig, eventually, HOUR_MS, marketContext, type Rig } from '../ven/rig.ts'

/** Opens a conversation before each test of the file, and closes it after. */
export function talk(options: Parameters<typeof createRig>[0] = {}) {
  let rig: Rig
  const documents = new Set<string>()
  beforeEach(async () => {
    rig = await createRig(options)
  })
  afterEach(async () => {
    for (const { request } of rig.vtn.traffic()) documents.add(request)
    await rig.stop()
  })

  /** Messages said so far, parsed by the VTN's own reader. */
  const said = (name?: string) =>
    rig.vtn.traffic().flatMap(({ request, response, service }) => {
      const message = parseMessage(request)
      return message && (name === undefined || message.name === name) ? [{ ...message, request, response, service }] : []
    })
  const answers = () =>
    said('oadrCreatedEvent').flatMap(({ body }) =>
      children(child(child(body, 'eiCreatedEvent'), 'eventResponses'), 'eventResponse').map(answerOf),
    )

  return {
    rig: () => rig,
    said,
    /** Every eventResponse said so far, as `eventID modificationNumber code optType`. */
    answers,
    /** Waits for these answers, and for no other to follow in three more polls. */
    async answered(...wanted: readonly string[]): Promise<void> {
      await eventually(() => expect(answers()).toEqual(wanted))
      await this.polledOn()
      expect(answers()).toEqual(wanted)
    },
    async polledOn(): Promise<void> {
      const polls = rig.proxy.seen('OadrPoll')
      await eventually(() => expect(rig.proxy.seen('OadrPoll')).toBeGreaterThan(polls + 3))
    },
    /** The next poll brings these events, complete with what the simulated VTN would never send. */
    distribute(events: readonly OadrEvent[], { requestID = 'distribute-raw', vtnID = 'vtn-1' } = {}): void {
      rig.vtn.sendRaw(Buffer.from(writeDistributeEvent(requestID, vtnID, events)))
    },
    soonMs: () => Math.ceil(rig.clock.nowMs() / 1000) * 1000 + HOUR_MS,
    /** Kinds of the interpreter's records of an event, oldest first. */
    kinds: (eventID: string) => records(rig, eventID).map(({ kind }) => kind),
    records: (eventID: string) => records(rig, eventID),
    keep: (document: string) => documents.add(document),
    /** To be called once, last. */
    heldAgainstSchema(): void {
      it.skipIf(schemaMissing !== undefined)(
        `everything said above is valid against oadr_20b.xsd${schemaMissing ? ` (${schemaMissing})` : ''}`,
        () => {
          expect(documents.size).toBeGreaterThan(0)
          expect(complaints([...documents]).filter((words) => words !== '')).toEqual([])
        },
      )
    },
  }
}

const records = (rig: Rig, eventID: string) =>
  rig.log.read(utilityEvents).flatMap(({ value }) => (value && value.theirEventId === eventID ? [value] : []))

const answerOf = (part: Parsed): string => {
  const event = child(part, 'qualifiedEventID')
  return [text(event, 'eventID'), text(event, 'modificationNumber'), text(part, 'responseCode'), text(part, 'optType')].join(' ')
}

/** An event as it stands in oadrDistributeEvent, an hour long, SIMPLE 2. */
export const anOadrEvent = (eventID: string, startMs: number, change: Partial<OadrEvent> = {}): OadrEvent => ({
  eventID,
  modificationNumber: 0,
  priority: 0,
  marketContext,
  createdDateTimeMs: startMs - 2 * HOUR_MS,
  eventStatus: 'far',
  testEvent: false,
  activePeriod: { startMs, durationS: 3600 },
  targets: [],
  signals: [
    { signalID: 's', signalName: 'SIMPLE', signalType: 'level', targets: [], intervals: [{ uid: '0', durationS: 3600, value: 2 }] },
  ],
  responseRequired: 'always',
  ...change,
})

/** One signal with one interval of an hour. */
export const aSignal = (change: Partial<OadrEvent['signals'][number]> = {}): OadrEvent['signals'] => [
  {
    signalID: 's',
    signalName: 'SIMPLE',
    signalType: 'level',
    targets: [],
    intervals: [{ uid: '0', durationS: 3600, value: 2 }],
    ...change,
  },
]
