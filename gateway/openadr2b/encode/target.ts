/** Writes an EiTargetType, its kinds in the schema's order. */

import { type EiTarget, type Target, type TargetKind, targetKinds } from '../types/target.ts'
import type { QName } from '../xml/namespaces.ts'
import { element, value, type Xml } from '../xml/write.ts'

const node = (name: QName, id: string): Xml => element(name, value('power:node', id))
const asset = (name: QName, id: string): Xml => element(name, value('power:mrid', id))
const area = (name: QName, posList: string): Xml => {
  const ring = element('gml:LinearRing', value('gml:posList', posList))
  return element(name, element('gml:FeatureCollection', element('gml:location', element('gml:Polygon', element('gml:exterior', ring)))))
}
const transport = (id: string): Xml => {
  const [receipt = '', delivery = ''] = id.split('->')
  return element('power:transportInterface', value('power:pointOfReceipt', receipt), value('power:pointOfDelivery', delivery))
}

const writers: Readonly<Record<TargetKind, (id: string) => Xml>> = {
  aggregatedPnode: (id) => node('power:aggregatedPnode', id),
  endDeviceAsset: (id) => asset('power:endDeviceAsset', id),
  meterAsset: (id) => asset('power:meterAsset', id),
  pnode: (id) => node('power:pnode', id),
  serviceArea: (id) => area('emix:serviceArea', id),
  serviceDeliveryPoint: (id) => node('power:serviceDeliveryPoint', id),
  serviceLocation: (id) => area('power:serviceLocation', id),
  transportInterface: transport,
  groupID: (id) => value('ei:groupID', id),
  groupName: (id) => value('ei:groupName', id),
  resourceID: (id) => value('ei:resourceID', id),
  venID: (id) => value('ei:venID', id),
  partyID: (id) => value('ei:partyID', id),
}

/** An EiTargetType under the given name (eiTarget, reportSubject, oadrDeviceClass …). */
export const eiTarget = (name: QName, targets: EiTarget): Xml => {
  const inSchemaOrder = targets.toSorted((a: Target, b: Target) => targetKinds.indexOf(a.kind) - targetKinds.indexOf(b.kind))
  return element(name, ...inSchemaOrder.map((target) => writers[target.kind](target.id)))
}
