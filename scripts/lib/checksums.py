"""SHA256SUMS files: downloads are checked again before each reuse."""

import hashlib

NAME = "SHA256SUMS"


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def write_sums(folder):
    files = sorted(path for path in folder.iterdir() if path.name != NAME)
    lines = [f"{sha256(path)}  {path.name}\n" for path in files]
    (folder / NAME).write_text("".join(lines))


def checked_files(folder):
    """Return the files of a folder, or [] unless all are as they were written."""
    try:
        lines = (folder / NAME).read_text().splitlines()
        sums = [line.split("  ", 1) for line in lines]
        intact = all(sha256(folder / name) == digest for digest, name in sums)
    except (OSError, ValueError):
        return []
    return [folder / name for _digest, name in sums] if intact else []
