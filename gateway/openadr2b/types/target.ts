/** Whom a message is about: eiTarget flattened to a list of (kind, id) (oadr_ei_20b.xsd, EiTargetType). */

/** Kinds in the schema's order, which is the order they are written in. */
export const targetKinds = [
  'aggregatedPnode',
  'endDeviceAsset',
  'meterAsset',
  'pnode',
  'serviceArea',
  'serviceDeliveryPoint',
  'serviceLocation',
  'transportInterface',
  'groupID',
  'groupName',
  'resourceID',
  'venID',
  'partyID',
] as const

export type TargetKind = (typeof targetKinds)[number]

/**
 * One target. `id` is the mRID of an asset, the node of a pnode or delivery point, the gml:posList of an area or location,
 * `receipt->delivery` of a transport interface, else the element's own text.
 */
export type Target = { kind: TargetKind; id: string }

/** Empty means that nobody in particular is named; what that means is for the reader to decide. */
export type EiTarget = readonly Target[]
