"""GET over HTTP/3: get.py ADDRESS PORT HOST PATH prints the status, headers and body of the answer as JSON."""

import asyncio
import json
import ssl
import sys

from aioquic.asyncio import QuicConnectionProtocol, connect
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration


class Client(QuicConnectionProtocol):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.http = H3Connection(self._quic)
        self.headers = {}
        self.body = b""
        self.ended = asyncio.get_running_loop().create_future()

    def quic_event_received(self, event):
        for part in self.http.handle_event(event):
            if isinstance(part, HeadersReceived):
                self.headers = {name.decode(): value.decode() for name, value in part.headers}
            elif isinstance(part, DataReceived):
                self.body += part.data
            if getattr(part, "stream_ended", False) and not self.ended.done():
                self.ended.set_result(None)

    async def get(self, host, path):
        stream = self._quic.get_next_available_stream_id()
        pseudo = {":method": "GET", ":scheme": "https", ":authority": host, ":path": path}
        headers = [(name.encode(), value.encode()) for name, value in pseudo.items()]
        self.http.send_headers(stream, headers, end_stream=True)
        self.transmit()
        await asyncio.wait_for(self.ended, 10)


async def main(address, port, host, path):
    settings = QuicConfiguration(
        is_client=True, alpn_protocols=H3_ALPN, server_name=host, verify_mode=ssl.CERT_NONE
    )
    async with connect(address, int(port), configuration=settings, create_protocol=Client) as client:
        await client.get(host, path)
        status = int(client.headers.pop(":status"))
        print(json.dumps({"status": status, "headers": client.headers, "body": client.body.decode()}))


asyncio.run(main(*sys.argv[1:]))
