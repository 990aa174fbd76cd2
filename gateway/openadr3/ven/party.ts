/** Decides what our VEN and its resources at a VTN lack to be in step with enrollment; pure. */
import type { Shown } from '../decode.ts'
import type { ResourceObject } from '../model/party.ts'
import type { Revision } from '../revision.ts'

/** One request that brings the VTN a step closer. */
export interface PartyChange {
  readonly method: 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body: object | undefined
  /** PUT replaces the targets, too, which are the utility's: they are read afresh, and sent along (3.0; in 3.1 a VEN has no say in them). */
  readonly keepsTargets: boolean
}

export interface PartyQuestion {
  readonly shown: Shown
  readonly revision: Revision
  /** Rated power by resource, W; what is not here has no place at the VTN. */
  readonly wanted: ReadonlyMap<string, number>
}

/** Resources that bear this are ours to change and to delete; what the utility made is not. */
const MARK = { type: 'MANAGED_BY', values: ['drover'] }

/** Definition.md, resource attributes: in kW. */
const attributesOf = (ratedW: number) => [{ type: 'MAX_POWER_CONSUMPTION', values: [ratedW / 1000] }, MARK]

const isOurs = ({ attributes }: ResourceObject): boolean =>
  attributes?.some(({ type, values }) => type === MARK.type && values[0] === MARK.values[0]) ?? false

const hasAttributes = ({ attributes }: ResourceObject, ratedW: number): boolean =>
  attributesOf(ratedW).every(({ type, values: [value] }) => attributes?.some((one) => one.type === type && one.values[0] === value))

const objectTypes = { '3.0': 'RESOURCE', '3.1': 'VEN_RESOURCE_REQUEST' } as const

const change = (method: PartyChange['method'], path: string, body?: object, keepsTargets = false): PartyChange => ({
  method,
  path,
  body,
  keepsTargets,
})

function resourceChanges({ shown, revision, wanted }: PartyQuestion, venID: string): readonly PartyChange[] {
  const root = revision === '3.0' ? `vens/${venID}/resources` : 'resources'
  const there = new Map(
    shown.resources.filter((one) => one.venID === undefined || one.venID === venID).map((one) => [one.resourceName, one]),
  )
  const made = [...wanted].flatMap(([name, ratedW]): PartyChange[] => {
    const before = there.get(name)
    const body = { objectType: objectTypes[revision], resourceName: name, venID, attributes: attributesOf(ratedW) }
    if (!before) return [change('POST', root, body)]
    return isOurs(before) && !hasAttributes(before, ratedW) ? [change('PUT', `${root}/${before.id}`, body, revision === '3.0')] : []
  })
  const gone = [...there.values()].filter((one) => isOurs(one) && !wanted.has(one.resourceName))
  return [...made, ...gone.map(({ id }) => change('DELETE', `${root}/${id}`))]
}

/** Empty: all is in step. The VEN comes first, its resources once the VTN shows it. */
export function partyChanges(question: PartyQuestion): readonly PartyChange[] {
  const { shown, revision } = question
  const ven = shown.vens.find(({ venName }) => venName === shown.venName)
  if (ven) return resourceChanges(question, ven.id)
  const objectType = revision === '3.0' ? 'VEN' : 'VEN_VEN_REQUEST'
  return question.wanted.size === 0 ? [] : [change('POST', 'vens', { objectType, venName: shown.venName })]
}
