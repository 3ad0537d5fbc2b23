#!/usr/bin/env python3
"""Makes the fonts beside this file: subsets of openly licensed ones, with what the screens can show.

    python3 -m pip install fonttools
    python3 examples/photograph/font/subset.py

Reads Noto Sans Mono CJK SC 2.004 (SIL OFL 1.1) and DejaVu Sans Mono 2.37 from the places below. See
docs/photographs/README.md.
"""

import glob
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
NOTO = "/usr/share/fonts/opentype/noto/NotoSansCJK-{}.ttc"
MONO_SC = 7  # its number in the collection
DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono{}.ttf"

# Words of the program, its rulebooks, and of the scene that is photographed; other trees may be named beside.
TEXTS = ["messages/*.toml", "rulebooks/**/*.toml", "src/**/*.rs", "examples/photograph/*.rs"]
SIGNS = [
    (0x20, 0x7F), (0xA0, 0x100), (0x2010, 0x2040), (0x2070, 0x208F), (0x2190, 0x21FF), (0x2200, 0x2280),
    (0x2460, 0x2474), (0x25A0, 0x2600), (0x2605, 0x2607), (0x2630, 0x2631), (0x2690, 0x26A2), (0x2713, 0x2719),
]
FULL = [(0x3000, 0x3020), (0xFF00, 0xFF60)]


def level_one():
    """The commonest 3,755 characters: GB/T 2312, level 1."""
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            try:
                yield bytes([high, low]).decode("gb2312")
            except UnicodeDecodeError:
                pass


def spans(all):
    return {chr(code) for first, last in all for code in range(first, last)}


def subset(source, target, characters, *more):
    subprocess.check_call([
        sys.executable, "-m", "fontTools.subset", source, "--output-file=" + os.path.join(HERE, target),
        "--text=" + "".join(sorted(characters)), "--layout-features=", "--no-hinting", "--desubroutinize",
        "--name-IDs=0,1,2,3,4,5,6,13,14", "--drop-tables+=vhea,vmtx,VORG,BASE,GSUB,GPOS,GDEF,DSIG", *more,
    ])
    print(target, os.path.getsize(os.path.join(HERE, target)))


def main():
    used = set()
    for root in [ROOT, *sys.argv[1:]]:
        for pattern in TEXTS:
            for file in glob.glob(os.path.join(root, pattern), recursive=True):
                with open(file, encoding="utf-8") as text:
                    used |= {character for character in text.read() if character >= " "}
    used |= spans(SIGNS) | spans(FULL)
    number = f"--font-number={MONO_SC}"
    subset(NOTO.format("Regular"), "han-regular.otf", used | set(level_one()), number)
    subset(NOTO.format("Bold"), "han-bold.otf", used, number)
    subset(DEJAVU.format(""), "signs-regular.ttf", spans(SIGNS))
    subset(DEJAVU.format("-Bold"), "signs-bold.ttf", spans(SIGNS))


main()
