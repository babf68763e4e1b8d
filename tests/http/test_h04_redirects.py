"""H04: no parameter and no path makes the site send anybody elsewhere."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote, urljoin, urlsplit

import pytest

from tests.servers import Answer, LiveServer

pytestmark = pytest.mark.xdist_group("live_server")

EVIL = "evil.example"
PAYLOADS = (
    f"https://{EVIL}/",
    f"//{EVIL}/",
    f"///{EVIL}/",
    f"////{EVIL}/",
    f"/\\{EVIL}/",
    f"\\\\{EVIL}/",
    f"\\/{EVIL}",
    f"/\t/{EVIL}/",
    f"\t//{EVIL}/",
    f"/\n/{EVIL}",
    f"/%09/{EVIL}",
    f"/%5c{EVIL}",
    f"/%2f{EVIL}",
    f"https:{EVIL}",
    f"https:/{EVIL}",
    f"https:\\\\{EVIL}",
    f"http:///{EVIL}",
    f"HTTPS://{EVIL}",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>1</script>",
    f"https://HOST@{EVIL}/",
    f"https://HOST.{EVIL}/",
    f"https://{EVIL}#HOST",
    f"https://{EVIL}?HOST",
    f"//{EVIL}%00.HOST",
    f"https://HOST%2f@{EVIL}",
    f"http://[::1]@{EVIL}",
    f"https://{EVIL}\\@HOST",
    f" https://{EVIL}",
    f"／／{EVIL}",
    f"//{EVIL}\r\nSet-Cookie: probe=1",
    f"/..//{EVIL}",
    f"/./{EVIL}/../../{EVIL}",
    "http://[",
    "https://[::1",
    "//" + "a" * 5000,
)
PARAMETERS = (
    "next",
    "url",
    "to",
    "return",
    "return_to",
    "redirect",
    "redirect_uri",
    "continue",
    "goto",
    "back",
    "from",
)
PATH_TRICKS = (
    f"//{EVIL}/",
    f"//{EVIL}/..",
    f"/\\{EVIL}/",
    f"//{EVIL}/%2e%2e",
    f"/{EVIL}//",
    f"///{EVIL}",
    f"/%2f%2f{EVIL}/",
    f"/%5c%5c{EVIL}/",
    f"//{EVIL}/%2f..",
    f"/en//{EVIL}/",
    f"//{EVIL}/labels",
    "//labels",
    "/labels//",
)


def destination(base: str, location: str) -> str:
    """The host a browser would go to: it drops controls and reads a backslash as a slash."""
    cleaned = re.sub(r"[\t\r\n]", "", location.strip("".join(map(chr, range(0x21))))).replace("\\", "/")
    match = re.match(r"(?i)(https?):/*(.*)$", cleaned)
    if match:
        cleaned = f"{match[1]}://{match[2]}"
    elif cleaned.startswith("//"):
        cleaned = "//" + cleaned.lstrip("/")
    return urlsplit(urljoin(base, cleaned)).netloc


def assert_stays(server: LiveServer, answer: Answer, what: str) -> None:
    assert answer.status < 500, what
    if 300 <= answer.status < 400 and answer.status != 304:
        assert destination(server.url + "/", answer.headers["Location"]) == server.host, what
    assert "probe" not in str(answer.headers), what
    if answer.headers.get_content_type() == "text/html":
        for address in re.findall(r'<a [^>]*href="([^"]*)"', answer.text):
            assert not re.match(r"\s*(javascript|data):", unescape(address), re.IGNORECASE), what


@pytest.mark.parametrize("path", ["/preferences", "/leaving", "/", "/labels/", "/en/preferences"])
@pytest.mark.parametrize("parameter", PARAMETERS)
def test_h04_no_parameter_leads_off_the_site(live_server: LiveServer, path: str, parameter: str) -> None:
    follows = path.endswith(("/preferences", "/leaving"))
    for payload in PAYLOADS if follows else PAYLOADS[:3]:
        value = quote(payload.replace("HOST", live_server.host), safe="")
        extra = "&view=elder" if path.endswith("/preferences") else ""
        answer = live_server.get(f"{path}?{parameter}={value}{extra}")
        assert_stays(live_server, answer, f"{path}?{parameter}={payload!r}")


@pytest.mark.parametrize("path", PATH_TRICKS)
def test_h04_no_path_leads_off_the_site(live_server: LiveServer, path: str) -> None:
    for target in (path, path + "x", path + "?q=1"):
        request = f"GET {target} HTTP/1.1\r\nHost: {live_server.host}\r\nConnection: close\r\n\r\n".encode()
        assert_stays(live_server, live_server.send(request), target)


def test_h04_the_redirects_there_are_name_no_host(live_server: LiveServer) -> None:
    assert live_server.get("/labels?q=a").headers["Location"] == "/labels/?q=a"
    assert live_server.get("/en/labels").headers["Location"] == "/en/labels/"
    assert live_server.get("/en").headers["Location"] == "/en/"
