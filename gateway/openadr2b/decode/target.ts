/** Reads an EiTargetType; a child that the schema does not know is refused, because a target that is not understood must never mean everybody. */

import { type EiTarget, type Target, type TargetKind, targetKinds } from '../types/target.ts'
import { WireError } from '../wire-error.ts'
import type { Element } from '../xml/parse.ts'
import { id, one, type Reader, within } from '../xml/read.ts'

const mrid = within('mrid', id)
const node = within('node', id)
const area = within(
  'FeatureCollection',
  within('location', within('Polygon', within('exterior', within('LinearRing', within('posList', id))))),
)
const transport: Reader<string> = (element) => `${one(element, 'pointOfReceipt', id)}->${one(element, 'pointOfDelivery', id)}`

const readers: Readonly<Record<TargetKind, Reader<string>>> = {
  aggregatedPnode: node,
  endDeviceAsset: mrid,
  meterAsset: mrid,
  pnode: node,
  serviceArea: area,
  serviceDeliveryPoint: node,
  serviceLocation: area,
  transportInterface: transport,
  groupID: id,
  groupName: id,
  resourceID: id,
  venID: id,
  partyID: id,
}

export const eiTarget = (element: Element): EiTarget => element.children.map(target)

const target = (element: Element): Target => {
  const kind = targetKinds.find((candidate) => candidate === element.name)
  if (kind === undefined) throw new WireError(element.path, 'is not a kind of target that OpenADR 2.0b knows')
  return { kind, id: readers[kind](element) }
}
