"""What a virtual disk was told to write, as QEMU's `blklogwrites` records it (the format of dm-log-writes in
Linux), and what a cut of power leaves of it.
"""

import shutil
import struct

MAGIC = 0x6A736677736872
SECTOR = 512
SUPER = struct.Struct("<QQQI")
ENTRY = struct.Struct("<QQQQ")
FLUSH, DISCARD = 1, 4


def read(path):
    """Gives what was written, in order: (confirms all before it, first byte, bytes)."""
    log = path.read_bytes()
    magic, _, count, sector = SUPER.unpack_from(log)
    assert magic == MAGIC and sector == SECTOR, "no record of writes"
    entries, at = [], SECTOR
    for _ in range(count):
        first, sectors, flags, _ = ENTRY.unpack_from(log, at)
        at += SECTOR
        length = 0 if flags & DISCARD else sectors * SECTOR
        entries.append((bool(flags & FLUSH), first * SECTOR, log[at : at + length]))
        at += length
    return entries


def cut(base, entries, after, chance, path):
    """Makes the disk that is left of `base` when the power goes after one of the writes.

    What was written before the last confirmation is there. Of each later write, all, nothing or some
    sectors are.
    """
    shutil.copy(base, path)
    confirmed = max((at for at in range(after + 1) if entries[at][0]), default=0)
    with open(path, "r+b") as disk:
        for at, (_, first, data) in enumerate(entries[: after + 1]):
            kept = range(0, len(data), SECTOR)
            if at > confirmed:
                fate = chance.random()
                kept = [] if fate < 0.4 else kept if fate < 0.8 else [sector for sector in kept if chance.random() < 0.5]
            if isinstance(kept, range):
                disk.seek(first)
                disk.write(data)
                continue
            for sector in kept:
                disk.seek(first + sector)
                disk.write(data[sector : sector + SECTOR])
