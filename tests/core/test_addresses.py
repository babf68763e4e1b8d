"""Where a visitor may be sent: only within the site, or to a listed website."""

import pytest

from outreach.core.addresses import is_own_path, outside_host


@pytest.mark.parametrize(
    "path", ["/", "/labels/?q=马桶 一级".replace(" ", "%20"), "/en/labels/?page=2", "/a//b", "/x:y@z"]
)
def test_a_path_of_the_site_is_accepted(path: str) -> None:
    assert is_own_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "labels",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        "/\r\nSet-Cookie: a=b",
        "/\n/evil.example",
        "/ /evil.example",
        "/\u2028/evil.example",
        "/\u200b/evil.example",
        "/\u202eevil",
        "/\x00",
        "/\ud800",
        "/a\\b",
        "https://evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        "?next=/",
        "/" + "a" * 3000,
    ],
)
def test_anything_that_a_browser_could_read_as_another_site_is_refused(path: str) -> None:
    assert not is_own_path(path)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.waterlabel.org.cn/productFiling", "www.waterlabel.org.cn"),
        ("https://www.waterlabel.org.cn", "www.waterlabel.org.cn"),
        ("http://www.waterlabel.org.cn/", ""),
        ("//www.waterlabel.org.cn/", ""),
        ("https://www.waterlabel.org.cn:444/", ""),
        ("https://www.waterlabel.org.cn@evil.example/", ""),
        ("https://user@www.waterlabel.org.cn/", ""),
        ("https://www.waterlabel.org.cn\\@evil.example/", ""),
        ("https://www.waterlabel.org.cn\t.evil.example/", ""),
        ("https://WWW.waterlabel.org.cn/", ""),
        ("https://www.waterlabel.org.cn:99999/", ""),
        ("https://[::1/", ""),
        ("javascript:alert(1)//https://www.waterlabel.org.cn", ""),
        ("https://水.example/", ""),
        ("https://www.waterlabel.org.cn/" + "a" * 3000, ""),
        ("", ""),
    ],
)
def test_the_host_of_an_outside_address_is_told_only_when_it_is_plain(address: str, host: str) -> None:
    assert outside_host(address) == host
