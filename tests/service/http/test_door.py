"""Where the HTTP door may listen, and TLS."""

import ssl
import stat
from functools import partial
from pathlib import Path

import httpx2
import pytest
import trustme
from tests.service.conftest import Serve
from tests.service.http.conftest import BESIDE, EDITED, ServeHttp, chat

from specedit.engine.errors import InvalidRequest
from specedit.service.address import Address
from specedit.service.auth import Credentials
from specedit.service.http.door import HttpDoor

TOKEN = "a-token-of-some-length"


@pytest.mark.parametrize(
    ("at", "token", "insecure", "said"),
    [
        ("127.0.0.1:0", "", False, "give --token-file"),
        ("0.0.0.0:0", "", True, "can be reached by others"),
        ("0.0.0.0:0", TOKEN, False, "in clear"),
        ("unix:/tmp/s", TOKEN, True, "'/tmp' is not a folder of yours"),
    ],
)
async def test_strangers_are_kept_out(
    at: str, token: str, insecure: bool, said: str, serve: Serve
) -> None:
    door = partial(HttpDoor, address=Address(at), credentials=Credentials(token), insecure=insecure)
    with pytest.raises(InvalidRequest, match=said):
        await serve(doors=[door])


async def test_an_address_that_is_taken(serve_http: ServeHttp) -> None:
    http = await serve_http()
    with pytest.raises(InvalidRequest, match=f"cannot listen on {http.address}"):
        await serve_http(at=http.address)


async def test_a_socket(serve: Serve, tmp_path: Path) -> None:
    """In a folder of ours, without a token; its clients call the host as they like, and tell who they are."""
    path = tmp_path / "run" / "http"
    door = partial(HttpDoor, address=Address(f"unix:{path}"), credentials=Credentials())
    served = await serve(doors=[door])
    assert served.server.targets[-1] == f"unix:{path}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    transport = httpx2.AsyncHTTPTransport(uds=str(path))
    async with httpx2.AsyncClient(transport=transport, base_url="http://any") as client:
        answer = await client.post("/v1/chat/completions", json=chat())
        assert answer.json()["choices"][0]["message"]["content"] == EDITED
        page = await client.get("/v1/models", headers={"Origin": "http://any"})
        assert page.status_code == 403
    with pytest.raises(InvalidRequest, match="a server listens on"):
        await serve(doors=[door])
    await served.server.stop(1.0)
    assert not path.exists()
    await serve(doors=[door])
    assert path.exists()


async def test_tls(serve: Serve, tmp_path: Path) -> None:
    ca = trustme.CA()
    cert = ca.issue_cert("localhost")
    credentials = Credentials(TOKEN, cert.cert_chain_pems[0].bytes(), cert.private_key_pem.bytes())
    door = partial(HttpDoor, address=Address("localhost:0"), credentials=credentials)
    served = await serve(doors=[door])
    trusting = ssl.create_default_context(cadata=ca.cert_pem.bytes().decode())
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(verify=trusting, headers=headers, trust_env=False) as client:
        at = f"https://{served.server.targets[-1]}/v1/chat/completions"
        answer = await client.post(at, json=chat(specedit=BESIDE))
    assert answer.json()["choices"][0]["message"]["content"] == EDITED
