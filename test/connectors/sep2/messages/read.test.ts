/** What clients send is checked field by field, and what is at fault is named. */
import { describe, expect, test } from 'vitest'
import { readMessage } from '../../../../connectors/sep2/messages/read.ts'
import { Refusal } from '../../../../connectors/sep2/refusal.ts'

const NS = 'xmlns="urn:ieee:std:2030.5:ns"'
const LFDI = '0123456789abcdef0123456789abcdef01234567'
const read = (text: string, ...names: Parameters<typeof readMessage>[1]) => readMessage(Buffer.from(text), names).value
const refusalOf = (text: string, ...names: Parameters<typeof readMessage>[1]): Refusal => {
  try {
    read(text, ...names)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('was read')
}

describe('messages', () => {
  test('a Response, by either of its names', () => {
    const body = `<endDeviceLFDI>${LFDI}</endDeviceLFDI><status>1</status><subject>ab01</subject>`
    const value = { endDeviceLFDI: LFDI.toUpperCase(), status: 1, subject: 'AB01' }
    expect(read(`<Response ${NS}>${body}</Response>`, 'Response', 'DERControlResponse')).toMatchObject(value)
    expect(read(`<DERControlResponse ${NS}>${body}</DERControlResponse>`, 'Response', 'DERControlResponse')).toMatchObject(value)
    const typed = `<Response ${NS} xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:type="DERControlResponse">${body}</Response>`
    expect(read(typed, 'Response')).toMatchObject(value)
  })

  test('elements may come in any order, and are kept in that of the schema', () => {
    const text = `<DERStatus ${NS}><readingTime>5</readingTime><alarmStatus>00000001</alarmStatus></DERStatus>`
    expect(Object.keys(read(text, 'DERStatus')).slice(0, 1)).toEqual(['alarmStatus'])
  })

  test('links that a client sends back are not heeded', () => {
    const text = `<EndDevice ${NS}><DERListLink/><sFDI>167261211391</sFDI><changedTime>1</changedTime></EndDevice>`
    expect(read(text, 'EndDevice')).toMatchObject({ sFDI: 167261211391, changedTime: 1 })
  })

  test('extensions of CSIP-AUS are kept', () => {
    const w = '<rtgMaxW><multiplier>0</multiplier><value>5000</value></rtgMaxW>'
    const text = `<DERCapability ${NS} xmlns:c="https://csipaus.org/ns"><modesSupported>00</modesSupported>${w}<type>4</type><c:doeModesSupported>0F</c:doeModesSupported></DERCapability>`
    expect(read(text, 'DERCapability')).toMatchObject({ 'csipaus:doeModesSupported': '0F', rtgMaxW: { value: 5000 } })
  })

  test.each([
    ['Response', `<endDeviceLFDI>12</endDeviceLFDI><status>1</status><subject>AB</subject>`, 'Response.endDeviceLFDI'],
    ['Response', `<endDeviceLFDI>${LFDI}</endDeviceLFDI><status>256</status><subject>AB</subject>`, 'Response.status'],
    ['Response', `<endDeviceLFDI>${LFDI}</endDeviceLFDI><status>1</status>`, 'Response.subject'],
    ['Response', `<endDeviceLFDI>${LFDI}</endDeviceLFDI><status>1</status><status>2</status><subject>AB</subject>`, 'Response.status'],
    ['DERStatus', `<readingTime>x</readingTime>`, 'DERStatus.readingTime'],
    [
      'DERStatus',
      `<readingTime>1</readingTime><stateOfChargeStatus><dateTime>1</dateTime><value>10001</value></stateOfChargeStatus>`,
      'DERStatus.stateOfChargeStatus.value',
    ],
    ['MirrorMeterReading', `<mRID>AB</mRID><Reading><value>1.5</value></Reading>`, 'MirrorMeterReading.Reading.value'],
    ['MirrorMeterReading', `<mRID>ABC</mRID>`, 'MirrorMeterReading.mRID'],
  ] as const)('%s: %s names %s', (name, body, path) => {
    expect(refusalOf(`<${name} ${NS}>${body}</${name}>`, name)).toMatchObject({ status: 400, path, reason: 'invalidValue' })
  })

  test('an element that the schema does not know is named', () => {
    expect(refusalOf(`<DERStatus ${NS}><readingTime>1</readingTime><sideways>1</sideways></DERStatus>`, 'DERStatus').message).toMatch(
      /sideways/,
    )
  })

  test('another message than the resource takes', () => {
    const refusal = refusalOf(`<LogEvent ${NS}/>`, 'Response')
    expect(refusal).toMatchObject({ status: 400, reason: 'invalidFormat' })
    expect(refusal.message).toMatch(/send Response, not LogEvent/)
  })
})
