"""Who can call: the owner of the socket, whoever has the token or the certificate, nobody else."""

import asyncio
import re
import stat
from pathlib import Path
from typing import Any

import pytest
import trustme
from grpc import StatusCode, aio
from tests.service.conftest import Serve
from tests.service.test_edit_service import REQUESTS

from specedit.engine.errors import InvalidRequest, TargetError, Unavailable
from specedit.service import address as address_module
from specedit.service import grpc_door
from specedit.service.address import Address, address, make_private
from specedit.service.auth import Credentials, check_exposure, credentials
from specedit.service.client import AsyncClient, Client

TOKEN = "0123456789abcdef"


def test_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/7")
    assert address("local").target == "unix:/run/user/7/specedit/serve.sock"
    assert address("/tmp/s").target == address("unix:/tmp/s").target == "unix:/tmp/s"
    assert address("host:80").socket is None
    for wrong in ("", "host", "unix:", "http://host", "a b:1"):
        with pytest.raises(InvalidRequest, match="is no address"):
            address(wrong)


@pytest.mark.parametrize(
    ("at", "given", "insecure", "allowed"),
    [
        ("unix:/s", Credentials(), False, True),
        ("127.0.0.1:1", Credentials(), False, False),
        ("127.0.0.1:1", Credentials(), True, True),
        ("localhost:1", Credentials(), True, True),
        ("[::1]:1", Credentials(), True, True),
        ("0.0.0.0:1", Credentials(), True, False),
        ("127.0.0.1.evil.org:1", Credentials(), True, False),
        ("127.0.0.1:1", Credentials(token=TOKEN), False, True),
        ("0.0.0.0:1", Credentials(token=TOKEN), False, False),
        ("0.0.0.0:1", Credentials(token=TOKEN), True, True),
        ("0.0.0.0:1", Credentials(token=TOKEN, tls_cert=b"c", tls_key=b"k"), False, True),
        ("0.0.0.0:1", Credentials(tls_cert=b"c", tls_key=b"k"), False, False),
        ("0.0.0.0:1", Credentials(tls_cert=b"c", tls_key=b"k", tls_ca=b"a"), False, True),
    ],
)
def test_exposure(at: str, given: Credentials, insecure: bool, allowed: bool) -> None:
    if allowed:
        check_exposure(Address(at), given, insecure=insecure)
    else:
        with pytest.raises(InvalidRequest, match=r"can be reached by others|in clear"):
            check_exposure(Address(at), given, insecure=insecure)


def test_what_goes_over_a_network_in_clear_is_said() -> None:
    given = Credentials(token=TOKEN)
    assert "in clear" in check_exposure(Address("0.0.0.0:1"), given, insecure=True)
    assert not check_exposure(Address("127.0.0.1:1"), given, insecure=True)
    with pytest.raises(InvalidRequest, match="in clear: use TLS"):
        Client("example.org:1", given)
    for at, proof, insecure in (
        ("example.org:1", given, True),
        ("example.org:1", Credentials(), False),
        ("127.0.0.1:1", given, False),
        ("/tmp/s", given, False),
    ):
        Client(at, proof, insecure=insecure).close()


async def test_the_socket_is_private(serve: Serve) -> None:
    socket = Address((await serve()).address).socket
    assert socket is not None
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(socket.stat().st_mode) == 0o600


def test_a_folder_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    (tmp_path / "link").symlink_to(tmp_path / "private")
    (tmp_path / "private").mkdir(mode=0o700)
    make_private(tmp_path / "private")
    for name in ("open", "link"):
        with pytest.raises(InvalidRequest, match="that others cannot enter"):
            make_private(tmp_path / name)


@pytest.mark.parametrize("made", ["a file", "a dangling link", "below a file", "not writable"])
def test_a_runtime_folder_that_cannot_be(made: str, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    if made == "a file":
        folder.touch()
    elif made == "a dangling link":
        folder.symlink_to(tmp_path / "nowhere")
    elif made == "below a file":
        folder.touch()
        folder = folder / "run"
    else:
        folder = Path("/proc/specedit")
    with pytest.raises(InvalidRequest, match=re.escape(str(folder))):
        make_private(folder)


def test_a_folder_that_others_can_replace_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by a client, before it sends anything there."""
    above, folder = tmp_path / "open", tmp_path / "open" / "run"
    folder.mkdir(mode=0o700, parents=True)
    above.chmod(0o777)
    with pytest.raises(InvalidRequest, match="in the place of"):
        make_private(folder)
    above.chmod(0o1777)
    make_private(folder)
    monkeypatch.setattr(address_module, "user_runtime_path", lambda _: folder)
    Client("local").close()
    for mode in (0o755, 0o700):
        folder.chmod(mode)
        above.chmod(0o777 if mode == 0o700 else 0o700)
        with pytest.raises(InvalidRequest):
            Client("local")


async def test_two_servers_do_not_share_a_socket(serve: Serve) -> None:
    served = await serve()
    with pytest.raises(InvalidRequest, match="already"):
        await serve(served.address)
    async with AsyncClient(served.address) as client:
        assert (await client.apply(REQUESTS["rename"])).status == "changed"


async def test_a_token(serve: Serve) -> None:
    served = await serve("127.0.0.1:0", credentials=Credentials(token=TOKEN))
    async with AsyncClient(served.address, Credentials(token=TOKEN)) as client:
        assert (await client.apply(REQUESTS["rename"])).status == "changed"
    for wrong in (Credentials(), Credentials(token=TOKEN + "x")):
        async with AsyncClient(served.address, wrong) as client:
            with pytest.raises(TargetError, match="authorization: Bearer"):
                await client.apply(REQUESTS["rename"])
            with pytest.raises(TargetError, match="authorization: Bearer"):
                await client.info()


async def test_certificates(serve: Serve, tmp_path: Path) -> None:
    ours, theirs = trustme.CA(), trustme.CA()
    ours.cert_pem.write_to_path(tmp_path / "ca.pem")

    def issued(ca: trustme.CA, name: str) -> Credentials:
        made = ca.issue_cert("localhost", "127.0.0.1")
        made.private_key_pem.write_to_path(tmp_path / f"{name}.key")
        made.cert_chain_pems[0].write_to_path(tmp_path / f"{name}.pem")
        paths = (tmp_path / f"{name}.pem", tmp_path / f"{name}.key", tmp_path / "ca.pem")
        return credentials(None, *paths)

    served = await serve("127.0.0.1:0", credentials=issued(ours, "server"))
    async with AsyncClient(served.address, issued(ours, "client")) as client:
        assert (await client.apply(REQUESTS["rename"])).status == "changed"
    for wrong in (issued(theirs, "stranger"), Credentials()):
        async with AsyncClient(served.address, wrong) as client:
            with pytest.raises(Unavailable):
                await client.info()


def test_files_of_credentials(tmp_path: Path) -> None:
    (tmp_path / "short").write_text("abc\n")
    (tmp_path / "good").write_text(f"{TOKEN}\n")
    for name in ("short", "good"):
        (tmp_path / name).chmod(0o600)
    assert credentials(tmp_path / "good", None, None, None).token == TOKEN
    with pytest.raises(InvalidRequest, match="holds no token"):
        credentials(tmp_path / "short", None, None, None)
    with pytest.raises(InvalidRequest, match="cannot read"):
        credentials(tmp_path / "missing", None, None, None)
    with pytest.raises(InvalidRequest, match="go together"):
        credentials(None, tmp_path / "good", None, None)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o666])
def test_a_token_that_others_can_read_is_none(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    file.chmod(mode)
    with pytest.raises(InvalidRequest, match="chmod 600"):
        credentials(file, None, None, None)


async def test_strangers_do_not_take_the_places_of_others(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls without the token are refused before their message has come."""
    monkeypatch.setattr(grpc_door, "_MOST_RPCS", 16)
    served = await serve("127.0.0.1:0", credentials=Credentials(token=TOKEN))
    async with aio.insecure_channel(served.address) as channel:
        open_call: Any = channel.stream_stream("/specedit.v1.EditService/Apply")
        calls = [open_call() for _ in range(40)]
        refused = await asyncio.gather(*(call.code() for call in calls))
        assert set(refused) <= {StatusCode.UNAUTHENTICATED, StatusCode.RESOURCE_EXHAUSTED}
        async with AsyncClient(served.address, Credentials(token=TOKEN)) as client:
            assert (await client.apply(REQUESTS["rename"])).status == "changed"
