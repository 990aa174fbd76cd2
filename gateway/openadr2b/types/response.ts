/** What both parties say about a request: accepted or why not (oadr_ei_20b.xsd, eiResponse; oadr_20b.xsd, oadrResponse). */

export type EiResponse = {
  /** Three digits; 2xx is success, 4xx the requester's fault, 5xx the responder's. */
  responseCode: string
  responseDescription?: string | undefined
  /** Of the request that is answered; empty where there was none. */
  requestID: string
}

export type OadrResponse = { type: 'oadrResponse'; eiResponse: EiResponse; venID?: string | undefined }
