/** A client's side of the documents of IEEE 2030.5: what it reads of the server's, and what it writes; none of the server's code. */
import { XMLParser } from 'fast-xml-parser'

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', removeNSPrefix: true, parseTagValue: false })
type Node = Readonly<Record<string, unknown>>

const NS = 'xmlns="urn:ieee:std:2030.5:ns"'

/** The root of a document, by its name. */
export function rootOf(xml: string, name: string): Node {
  const root = (parser.parse(xml) as Record<string, unknown>)[name]
  if (root === undefined) throw new Error(`no ${name}: ${xml.slice(0, 300)}`)
  return typeof root === 'object' && root !== null ? (root as Node) : {}
}

export const childrenOf = (node: Node, name: string): readonly Node[] => {
  const found = node[name]
  return found === undefined ? [] : ((Array.isArray(found) ? found : [found]) as Node[])
}

export const textOf = (node: Node, name: string): string | undefined => {
  const found = node[name]
  return found === undefined ? undefined : String(found)
}

export const hrefOf = (node: Node, link: string): string | undefined => {
  const found = node[link] as Node | undefined
  return found && textOf(found, '@href')
}

/** Times in seconds since 1970, UTC. */
export interface Control {
  readonly mRID: string
  readonly status: number
  readonly createdS: number
  readonly startS: number
  readonly endS: number
  readonly replyTo: string
  /** Hundredths of a percent, or W, by name. */
  readonly base: Readonly<Record<string, number>>
}

export function controlsOf(xml: string): readonly Control[] {
  return childrenOf(rootOf(xml, 'DERControlList'), 'DERControl').map(controlOf)
}

function controlOf(node: Node): Control {
  const number = (parent: Node, name: string) => Number(textOf(parent, name))
  const [status = {}, interval = {}, base = {}] = ['EventStatus', 'interval', 'DERControlBase'].map((name) => childrenOf(node, name)[0])
  const startS = number(interval, 'start')
  return {
    mRID: textOf(node, 'mRID') ?? '',
    status: number(status, 'currentStatus'),
    createdS: number(node, 'creationTime'),
    startS,
    endS: startS + number(interval, 'duration'),
    replyTo: textOf(node, '@replyTo') ?? '',
    base: baseOf(typeof base === 'object' ? base : {}),
  }
}

function baseOf(base: Node): Record<string, number> {
  const entries = Object.entries(base).map(([name, value]): [string, number] => {
    if (typeof value !== 'object' || value === null) return [name, Number(value)]
    const { multiplier, value: amount } = value as { multiplier: string; value: string }
    return [name, Number(amount) * 10 ** Number(multiplier)]
  })
  return Object.fromEntries(entries)
}

export const defaultControlOf = (xml: string): Readonly<Record<string, number>> =>
  baseOf((childrenOf(rootOf(xml, 'DefaultDERControl'), 'DERControlBase')[0] ?? {}) as Node)

export const responseXml = (lfdi: string, mRID: string, status: number, createdS: number): string =>
  `<DERControlResponse ${NS}><createdDateTime>${createdS}</createdDateTime><endDeviceLFDI>${lfdi}</endDeviceLFDI><status>${status}</status><subject>${mRID}</subject></DERControlResponse>`

export interface Series {
  readonly mRID: string
  /** The inside of its ReadingType, in the order of the schema. */
  readonly type: string
}

export function usagePointXml(lfdi: string, mRID: string, series: readonly Series[], roleFlags = '0049'): string {
  const readings = series.map(
    (one) => `<MirrorMeterReading><mRID>${one.mRID}</mRID><ReadingType>${one.type}</ReadingType></MirrorMeterReading>`,
  )
  return `<MirrorUsagePoint ${NS}><mRID>${mRID}</mRID><roleFlags>${roleFlags}</roleFlags><serviceCategoryKind>0</serviceCategoryKind><status>1</status><deviceLFDI>${lfdi}</deviceLFDI>${readings.join('')}</MirrorUsagePoint>`
}

export interface Value {
  readonly startS: number
  readonly durationS: number
  readonly value: number
}

const readingXml = ({ startS, durationS, value }: Value): string =>
  `<Reading><timePeriod><duration>${durationS}</duration><start>${startS}</start></timePeriod><value>${value}</value></Reading>`

/** One value, or a set of them. */
export function meterReadingXml(mRID: string, values: readonly Value[]): string {
  const [first, ...more] = values
  if (!first) throw new RangeError('a meter reading has a value')
  if (more.length === 0) return `<MirrorMeterReading ${NS}><mRID>${mRID}</mRID>${readingXml(first)}</MirrorMeterReading>`
  const last = values.at(-1) ?? first
  const period = `<timePeriod><duration>${last.startS + last.durationS - first.startS}</duration><start>${first.startS}</start></timePeriod>`
  const set = `<MirrorReadingSet><mRID>${mRID.slice(0, 30)}${first.startS.toString(16).slice(-2)}</mRID>${period}${values.map(readingXml).join('')}</MirrorReadingSet>`
  return `<MirrorMeterReading ${NS}><mRID>${mRID}</mRID>${set}</MirrorMeterReading>`
}

export const statusXml = (readingS: number, chargePermyriad: number, isCharging: boolean): string =>
  `<DERStatus ${NS}><readingTime>${readingS}</readingTime><stateOfChargeStatus><dateTime>${readingS}</dateTime><value>${chargePermyriad}</value></stateOfChargeStatus><storageModeStatus><dateTime>${readingS}</dateTime><value>${isCharging ? 0 : 1}</value></storageModeStatus></DERStatus>`

export const subscriptionXml = (resource: string, uri: string, limit = 20): string =>
  `<Subscription ${NS}><subscribedResource>${resource}</subscribedResource><encoding>0</encoding><level>+S1</level><limit>${limit}</limit><notificationURI>${uri}</notificationURI></Subscription>`
