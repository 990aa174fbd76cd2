/** Reads the unit of a signal or report from whichever element stands for emix:itemBase. */

import {
  type ItemBase,
  type ItemBaseName,
  itemBasePrefixes,
  type PowerAttributes,
  type SiScaleCode,
  siScaleExponents,
} from '../types/item-base.ts'
import type { Element } from '../xml/parse.ts'
import { boolean, float, maybe, one, oneOf, token } from '../xml/read.ts'

const siScaleCode = oneOf(Object.keys(siScaleExponents) as SiScaleCode[])

/** The unit among the children of `parent`, or undefined: without one a value has no unit, and Green Button feeds are not read. */
export const itemBaseIn = (parent: Element): ItemBase | undefined => {
  const unit = parent.children.find((child) => Object.hasOwn(itemBasePrefixes, child.name))
  return unit === undefined ? undefined : itemBase(unit)
}

const itemBase = (element: Element): ItemBase => ({
  name: element.name as ItemBaseName,
  itemDescription: one(element, 'itemDescription', token),
  itemUnits: one(element, 'itemUnits', token),
  siScaleCode: element.name === 'pulseCount' ? undefined : one(element, 'siScaleCode', siScaleCode),
  pulseFactor: maybe(element, 'pulseFactor', float),
  powerAttributes: maybe(element, 'powerAttributes', powerAttributes),
})

const powerAttributes = (element: Element): PowerAttributes => ({
  hertz: one(element, 'hertz', float),
  voltage: one(element, 'voltage', float),
  ac: one(element, 'ac', boolean),
})
