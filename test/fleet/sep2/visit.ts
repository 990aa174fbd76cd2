/** One client's way through the tree, from DeviceCapability by the links that it finds; nothing of the server's paths is known to it. */
import type { HttpAnswer, HttpClient } from '../../connectors/sep2/http-client.ts'
import { type Control, childrenOf, controlsOf, hrefOf, rootOf, textOf, usagePointXml } from './documents.ts'
import { seriesOf } from './journal.ts'
import type { Traits } from './traits.ts'

/** What a client has found out, good until a path of it is gone. */
export interface Found {
  readonly programs: string
  readonly usagePoint: string
  readonly status: string | undefined
}

export class UnexpectedStatus extends Error {
  /** 0 where none came. */
  readonly status: number

  constructor(message: string, status = 0) {
    super(message)
    this.status = status
  }
}

async function take(asking: Promise<HttpAnswer>, path: string): Promise<HttpAnswer> {
  const answer = await asking
  if (answer.status >= 300) throw new UnexpectedStatus(`${path}: ${answer.status}`, answer.status)
  return answer
}
const read = async (http: HttpClient, path: string, name: string) => rootOf((await take(http.get(path), path)).text, name)

function found(href: string | undefined, what: string): string {
  if (href === undefined) throw new UnexpectedStatus(`no ${what}`)
  return href
}

export async function discover(http: HttpClient, lfdi: string, traits: Traits): Promise<Found> {
  const dcap = await read(http, '/dcap', 'DeviceCapability')
  const [devices, mirrors] = [
    found(hrefOf(dcap, 'EndDeviceListLink'), 'devices'),
    found(hrefOf(dcap, 'MirrorUsagePointListLink'), 'mirrors'),
  ]
  const list = childrenOf(await read(http, `${devices}?l=255`, 'EndDeviceList'), 'EndDevice')
  const own = list.find((device) => textOf(device, 'lFDI') === lfdi)
  if (!own) throw new UnexpectedStatus('no EndDevice is mine')
  const assignments = found(hrefOf(own, 'FunctionSetAssignmentsListLink'), 'assignments')
  const [assignment] = childrenOf(await read(http, assignments, 'FunctionSetAssignmentsList'), 'FunctionSetAssignments')
  const ders = found(hrefOf(own, 'DERListLink'), 'DERs')
  const [der] = childrenOf(await read(http, ders, 'DERList'), 'DER')
  const { headers } = await take(http.post(mirrors, usagePointXml(lfdi, 'B1', seriesOf(traits))), mirrors)
  return {
    programs: found(assignment && hrefOf(assignment, 'DERProgramListLink'), 'programs'),
    usagePoint: String(headers.location),
    status: der && hrefOf(der, 'DERStatusLink'),
  }
}

export interface Controls {
  readonly controls: readonly Control[]
  readonly pollRateS: number
}

export async function readControls(http: HttpClient, { programs }: Found): Promise<Controls> {
  const list = await read(http, `${programs}?l=50`, 'DERProgramList')
  const controls: Control[] = []
  for (const program of childrenOf(list, 'DERProgram')) {
    const path = `${found(hrefOf(program, 'DERControlListLink'), 'controls')}?l=255`
    controls.push(...controlsOf((await take(http.get(path), path)).text))
  }
  return { controls, pollRateS: Number(textOf(list, '@pollRate') ?? 900) }
}

/** Resolves when it was taken. */
export const tell = async (http: HttpClient, path: string, xml: string): Promise<void> => {
  await take(http.post(path, xml), path)
}
export const put = async (http: HttpClient, path: string, xml: string): Promise<void> => {
  await take(http.put(path, xml), path)
}
