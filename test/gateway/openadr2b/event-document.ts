/** A hand-written oadrDistributeEvent with every part that the standard has, for tests to read whole or to damage. */

/** No namespace prefix anywhere, unlike both writers. */
export const eventDocument = `<?xml version="1.0" encoding="utf-8"?>
<oadrPayload xmlns="http://openadr.org/oadr-2.0b/2012/07">
 <Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature>
 <oadrSignedObject>
  <oadrDistributeEvent>
   <requestID>distribute-1</requestID>
   <vtnID>vtn-1</vtnID>
   <oadrEvent>
    <eiEvent>
     <eventDescriptor>
      <eventID>event-1</eventID>
      <modificationNumber>2</modificationNumber>
      <modificationDateTime>2026-07-01T10:30:00Z</modificationDateTime>
      <modificationReason>longer</modificationReason>
      <priority>1</priority>
      <eiMarketContext><marketContext>http://market.example/program</marketContext></eiMarketContext>
      <createdDateTime>2026-07-01T10:00:00.250Z</createdDateTime>
      <eventStatus>far</eventStatus>
      <testEvent>yes</testEvent>
      <vtnComment>hot &amp; dry</vtnComment>
     </eventDescriptor>
     <eiActivePeriod>
      <properties>
       <dtstart><date-time>2026-07-01T15:00:00Z</date-time></dtstart>
       <duration><duration>PT1H</duration></duration>
       <tolerance><tolerate><startafter>PT5M</startafter></tolerate></tolerance>
       <x-eiNotification><duration>P1D</duration></x-eiNotification>
       <x-eiRampUp><duration>PT10M</duration></x-eiRampUp>
       <x-eiRecovery><duration>PT20M</duration></x-eiRecovery>
      </properties>
      <components/>
     </eiActivePeriod>
     <eiEventSignals>
      <eiEventSignal>
       <intervals>
        <interval>
         <duration><duration>PT30M</duration></duration>
         <uid><text>0</text></uid>
         <signalPayload><payloadFloat><value>1</value></payloadFloat></signalPayload>
        </interval>
        <interval>
         <dtstart><date-time>2026-07-01T15:30:00Z</date-time></dtstart>
         <duration><duration>PT30M</duration></duration>
         <uid><text>1</text></uid>
         <signalPayload><payloadFloat><value>2.5E0</value></payloadFloat></signalPayload>
        </interval>
       </intervals>
       <eiTarget><endDeviceAsset><mrid>Electric_Vehicle</mrid></endDeviceAsset></eiTarget>
       <signalName>LOAD_DISPATCH</signalName>
       <signalType>setpoint</signalType>
       <signalID>signal-1</signalID>
       <powerReal>
        <itemDescription>RealPower</itemDescription><itemUnits>W</itemUnits><siScaleCode>k</siScaleCode>
        <powerAttributes><hertz>60</hertz><voltage>240</voltage><ac>true</ac></powerAttributes>
       </powerReal>
       <currentValue><payloadFloat><value>0</value></payloadFloat></currentValue>
      </eiEventSignal>
      <eiEventBaseline>
       <dtstart><date-time>2026-07-01T15:00:00Z</date-time></dtstart>
       <duration><duration>P1Y</duration></duration>
       <intervals/><baselineID>b</baselineID><baselineName>ignored</baselineName>
      </eiEventBaseline>
     </eiEventSignals>
     <eiTarget>
      <groupID>feeder-7</groupID><resourceID>resource-1</resourceID><resourceID>resource-2</resourceID><venID>ven-1</venID>
     </eiTarget>
    </eiEvent>
    <oadrResponseRequired>always</oadrResponseRequired>
   </oadrEvent>
  </oadrDistributeEvent>
 </oadrSignedObject>
</oadrPayload>`

/** The document with one piece of text replaced; the piece must be there. */
export const damaged = (from: string, to: string): Buffer => {
  if (!eventDocument.includes(from)) throw new RangeError(`the document does not contain ${from}`)
  return Buffer.from(eventDocument.replace(from, to))
}
