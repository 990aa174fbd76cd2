"""A VTN made of the package openleadr: told what to do by lines of JSON on standard input, and telling what it sees by lines on standard output."""
import argparse
import asyncio
import json
import sys
from datetime import datetime, timedelta, timezone

from openleadr import OpenADRServer, enable_default_logging, objects
from openleadr.utils import find_by, increment_event_modification_number, setmember

parser = argparse.ArgumentParser()
parser.add_argument('--port', type=int, required=True)
parser.add_argument('--vtn-id', required=True)
parser.add_argument('--scripted', action='store_true', help='polls are answered by what standard input says')
parser.add_argument('--cert')
parser.add_argument('--key')
parser.add_argument('--ca')
parser.add_argument('--ven-fingerprint')
args = parser.parse_args()
if sys.stderr.isatty():
    enable_default_logging()

known = {}
waiting = []


def tell(what, **more):
    print(json.dumps({'what': what, **more}, default=str), flush=True)


def lookup(ven_id):
    found = known.get(ven_id)
    return found and {**found, 'fingerprint': args.ven_fingerprint}


def on_create_party_registration(registration):
    ven_id = 'ven-of-' + registration['ven_name']
    known[ven_id] = {'ven_id': ven_id, 'ven_name': registration['ven_name'], 'registration_id': 'reg-' + registration['ven_name']}
    tell('registered', venId=ven_id, given=registration.get('registration_id'), pull=registration.get('http_pull_model'))
    return ven_id, known[ven_id]['registration_id']


def on_cancel_party_registration(cancel):
    known.pop(cancel['ven_id'], None)
    tell('left', venId=cancel['ven_id'])
    return 'oadrCanceledPartyRegistration', {'registration_id': cancel['registration_id'], 'ven_id': cancel['ven_id']}


def on_register_report(report):
    """Asks for everything in a TELEMETRY_USAGE offer: by the quarter of an hour, a report each."""
    r_ids = [description['r_id'] for description in report['report_descriptions']]
    tell('offered', name=report['report_name'], rIds=r_ids)
    if report['report_name'] != 'METADATA_TELEMETRY_USAGE':
        return None
    step = timedelta(minutes=15)
    return [(r_id, lambda values, r_id=r_id: on_values(r_id, values), step, step) for r_id in r_ids]


def on_values(r_id, values):
    tell('values', rId=r_id, values=[[at.timestamp() * 1000, value] for at, value in values])


def on_update_report(report):
    tell('report', name=report['report_name'], requestId=report['report_request_id'])


def on_created_report(message):
    tell('pending', requestIds=[report['report_request_id'] for report in message.get('pending_reports') or []])


async def on_poll(ven_id):
    return waiting.pop(0) if waiting else None


def on_request_event(ven_id):
    return None


server = OpenADRServer(vtn_id=args.vtn_id, http_port=args.port, requested_poll_freq=timedelta(seconds=1), ven_lookup=lookup,
                       cert=args.cert, key=args.key, http_cert=args.cert, http_key=args.key, http_ca_file=args.ca,
                       show_fingerprint=False)
server.add_handler('on_create_party_registration', on_create_party_registration)
server.add_handler('on_cancel_party_registration', on_cancel_party_registration)
server.add_handler('on_register_report', on_register_report)
server.add_handler('on_update_report', on_update_report)
server.add_handler('on_created_report', on_created_report)
if args.scripted:
    server.add_handler('on_poll', on_poll)
    server.add_handler('on_request_event', on_request_event)


def on_opt(ven_id, event_id, opt_type):
    tell('opt', venId=ven_id, eventId=event_id, opt=opt_type)


def intervals_of(command):
    start = datetime.fromtimestamp(command['startMs'] / 1000, timezone.utc)
    step = timedelta(seconds=command['durationS'])
    return [{'dtstart': start + index * step, 'duration': step, 'signal_payload': value} for index, value in enumerate(command['values'])]


def obey(command):
    do = command['do']
    if do == 'event':
        server.add_event(ven_id=command['venId'], event_id=command['id'], market_context=command['marketContext'],
                         signal_name=command.get('signal', 'SIMPLE'), signal_type=command.get('type', 'level'),
                         intervals=intervals_of(command), callback=on_opt)
    elif do == 'cancel':
        find = find_by(server.events[command['venId']], 'event_descriptor.event_id', command['id'])
        server.event_callbacks[command['id']] = (find, on_opt)
        server.cancel_event(command['venId'], command['id'])
    elif do == 'modify':
        event = find_by(server.events[command['venId']], 'event_descriptor.event_id', command['id'])
        setmember(event.event_signals[0].intervals[0], 'signal_payload', command['value'])
        increment_event_modification_number(event)
        server.event_callbacks[command['id']] = (event, on_opt)
        server.events_updated[command['venId']] = True
    elif do == 'forget':
        known.pop(command['venId'], None)
    elif do == 'answer':
        waiting.append((command['type'], command['payload']))
    elif do == 'request':
        specifier = objects.ReportSpecifier(report_specifier_id=command['specifierId'], granularity=timedelta(seconds=command['granularityS']),
                                            report_back_duration=timedelta(seconds=command['reportBackS']),
                                            specifier_payloads=[objects.SpecifierPayload(r_id=r_id, reading_type='x-notApplicable')
                                                                for r_id in command['rIds']])
        request = objects.ReportRequest(report_request_id=command['id'], report_specifier=specifier)
        waiting.append(('oadrCreateReport', {'request_id': command['id'] + '-asked', 'report_requests': [request], 'ven_id': command['venId']}))


async def main():
    await server.run()
    tell('ready')
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        try:
            obey(json.loads(line))
        except Exception as error:
            tell('fault', words=f'{error.__class__.__name__}: {error}')


asyncio.run(main())
