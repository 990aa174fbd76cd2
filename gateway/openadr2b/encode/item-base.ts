/** Writes the unit of a report as the element that stands for emix:itemBase. */

import { type ItemBase, itemBasePrefixes } from '../types/item-base.ts'
import { element, optional, value, type Xml } from '../xml/write.ts'

export const itemBase = (unit: ItemBase): Xml => {
  const prefix = itemBasePrefixes[unit.name]
  const power = unit.powerAttributes
  return element(
    `${prefix}:${unit.name}`,
    value(`${prefix}:itemDescription`, unit.itemDescription),
    value(`${prefix}:itemUnits`, unit.itemUnits),
    optional('scale:siScaleCode', unit.siScaleCode),
    optional('oadr:pulseFactor', unit.pulseFactor),
    power &&
      element(
        'power:powerAttributes',
        value('power:hertz', power.hertz),
        value('power:voltage', power.voltage),
        value('power:ac', power.ac),
      ),
  )
}
