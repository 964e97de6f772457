"""Reading the machine's own apt sources, to use the mirror it already uses."""

import re
from pathlib import Path
from typing import NamedTuple

APT = Path("/etc/apt")


class Source(NamedTuple):
    uri: str
    suites: tuple
    components: tuple


def machine_sources(folder=APT):
    """Return all enabled binary sources of this machine."""
    sources = []
    lists = [folder / "sources.list", *sorted(folder.glob("sources.list.d/*.list"))]
    for path in lists:
        sources += parse_one_line(read(path))
    for path in sorted(folder.glob("sources.list.d/*.sources")):
        sources += parse_deb822(read(path))
    return sources


def read(path):
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def parse_one_line(text):
    """Parse lines such as ``deb [signed-by=/x.gpg] http://mirror/debian sid main``."""
    pattern = re.compile(r"^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)([^#\n]*)", re.M)
    return [
        Source(uri, (suite,), tuple(components.split()))
        for uri, suite, components in pattern.findall(text)
    ]


def parse_deb822(text):
    """Parse stanzas of ``Types:``, ``URIs:``, ``Suites:`` and ``Components:``."""
    kept = "\n".join(line for line in text.splitlines() if line[:1] != "#")
    sources = []
    for stanza in re.split(r"\n\s*\n", kept):
        fields = deb822_fields(stanza)
        if "deb" in fields.get("types", "") and fields.get("enabled", "yes") != "no":
            suites = tuple(fields.get("suites", "").split())
            components = tuple(fields.get("components", "").split())
            uris = fields.get("uris", "").split()
            sources += [Source(uri, suites, components) for uri in uris]
    return sources


def deb822_fields(stanza):
    fields, name = {}, None
    for line in stanza.splitlines():
        if line[:1].isspace() and name:
            fields[name] += " " + line.strip()
        elif ":" in line:
            name, value = line.split(":", 1)
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields


def debian_mirror(sources):
    """Return the address of the mirror that has Debian itself, or None."""
    for source in sources:
        secure = any("security" in suite for suite in source.suites)
        own = re.search(r"\bdebian\b", source.uri) and "security" not in source.uri
        remote = not source.uri.startswith(("cdrom:", "file:"))
        if "main" in source.components and own and remote and not secure:
            return source.uri
    return None
