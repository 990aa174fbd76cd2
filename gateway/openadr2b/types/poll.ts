/** OadrPoll: the VEN asks a pull VTN whether there is anything new (oadr_20b.xsd, oadrPoll). */

export type OadrPoll = { type: 'oadrPoll'; venID: string }
