/** Writes targets and units of measure, where every item has its own namespace. */

import type { ItemBase } from '../../../gateway/openadr2b/types/item-base.ts'
import type { EiTarget, TargetKind } from '../../../gateway/openadr2b/types/target.ts'
import type { Body } from '../xml.ts'

// In the order of EiTargetType.
const order: readonly [TargetKind, string, (id: string) => Body | string][] = [
  ['aggregatedPnode', 'w:aggregatedPnode', (id) => ({ 'w:node': id })],
  ['endDeviceAsset', 'w:endDeviceAsset', (id) => ({ 'w:mrid': id })],
  ['meterAsset', 'w:meterAsset', (id) => ({ 'w:mrid': id })],
  ['pnode', 'w:pnode', (id) => ({ 'w:node': id })],
  ['serviceArea', 'm:serviceArea', (id) => polygon(id)],
  ['serviceDeliveryPoint', 'w:serviceDeliveryPoint', (id) => ({ 'w:node': id })],
  ['serviceLocation', 'w:serviceLocation', (id) => polygon(id)],
  ['transportInterface', 'w:transportInterface', (id) => route(id)],
  ['groupID', 'e:groupID', (id) => id],
  ['groupName', 'e:groupName', (id) => id],
  ['resourceID', 'e:resourceID', (id) => id],
  ['venID', 'e:venID', (id) => id],
  ['partyID', 'e:partyID', (id) => id],
]

const polygon = (posList: string): Body => ({
  'g:FeatureCollection': {
    'g:location': { 'g:Polygon': { 'g:exterior': { 'g:LinearRing': { 'g:posList': posList } } } },
  },
})

const route = (id: string): Body => ({
  'w:pointOfReceipt': id.slice(0, id.indexOf('->')),
  'w:pointOfDelivery': id.slice(id.indexOf('->') + 2),
})

export const writeTargets = (targets: EiTarget): Body =>
  Object.fromEntries(
    order
      .map(([kind, name, write]) => [name, targets.filter((target) => target.kind === kind).map((target) => write(target.id))] as const)
      .filter(([, items]) => items.length > 0),
  )

/** The unit as one entry to spread into its parent. */
export const writeUnit = (unit: ItemBase | undefined): Body => {
  if (unit === undefined) return {}
  const prefix = /^(energy|power|voltage)/.test(unit.name) ? 'w' : 'o'
  const power = unit.powerAttributes
  return {
    [`${prefix}:${unit.name}`]: {
      [`${prefix}:itemDescription`]: unit.itemDescription,
      [`${prefix}:itemUnits`]: unit.itemUnits,
      'si:siScaleCode': unit.siScaleCode,
      'o:pulseFactor': unit.pulseFactor,
      'w:powerAttributes': power && { 'w:hertz': power.hertz, 'w:voltage': power.voltage, 'w:ac': power.ac },
    },
  }
}
