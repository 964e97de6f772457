from lib.apt_sources import (
    Source,
    debian_mirror,
    machine_sources,
    parse_deb822,
    parse_one_line,
)

STANZAS = """\
# The archive
Types: deb deb-src
# dated copy: http://example.com/dated
URIs: http://mirror.example.com/debian
Suites: trixie trixie-updates
Components: main
 contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example.com/debian-security
Suites: trixie-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example.com/debian
Suites: trixie
Components: main
"""

LINES = """\
# deb http://commented.example.com/debian bookworm main
deb-src http://mirror.example.com/debian bookworm main
deb cdrom:[Debian 12]/ bookworm main
deb [arch=amd64 signed-by=/k.gpg] https://tools.example.com/apt stable main
deb http://security.example.com/debian-security bookworm-security main
deb [arch=amd64] http://mirror.example.com/debian/ bookworm main contrib # ours
"""


def test_deb822_stanzas_are_read_without_the_disabled_ones():
    assert parse_deb822(STANZAS) == [
        Source(
            "http://mirror.example.com/debian",
            ("trixie", "trixie-updates"),
            ("main", "contrib"),
        ),
        Source(
            "http://mirror.example.com/debian-security", ("trixie-security",), ("main",)
        ),
    ]


def test_lines_are_read_without_comments_and_sources():
    sources = parse_one_line(LINES)
    assert Source("https://tools.example.com/apt", ("stable",), ("main",)) in sources
    assert sources[-1].uri == "http://mirror.example.com/debian/"
    assert sources[-1].components == ("main", "contrib")
    assert not any("commented" in source.uri for source in sources)


def test_the_mirror_is_that_of_debian_itself():
    assert debian_mirror(parse_deb822(STANZAS)) == "http://mirror.example.com/debian"
    assert debian_mirror(parse_one_line(LINES)) == "http://mirror.example.com/debian/"


def test_there_is_no_mirror_on_another_system():
    ubuntu = "deb http://archive.example.com/ubuntu noble main universe"
    assert debian_mirror(parse_one_line(ubuntu)) is None
    assert debian_mirror([]) is None


def test_both_formats_of_a_machine_are_read(tmp_path):
    lists = tmp_path / "sources.list.d"
    lists.mkdir()
    (lists / "debian.sources").write_text(STANZAS)
    (tmp_path / "sources.list").write_text(LINES)
    uris = {source.uri for source in machine_sources(tmp_path)}
    assert {"https://tools.example.com/apt", "http://mirror.example.com/debian"} <= uris


def test_a_machine_without_sources_has_none(tmp_path):
    assert machine_sources(tmp_path) == []
