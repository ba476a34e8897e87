"""Numbers and short words spelled out: one character after the other, in words, in Morse code, one to a line."""

from __future__ import annotations

import re

from zt_ai.egress.decode.unicode import Edit

_SPACED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9](?:[^A-Za-z0-9\x01]{1,16}[A-Za-z0-9](?![A-Za-z0-9])){5,}")
_GAPS = re.compile(r"[^A-Za-z0-9]+")
_PLAIN_GAP = re.compile(r"[ \t\r\n._,*|/-]{1,3}")


def spaced(text: str) -> list[Edit]:
    """Single letters and digits with something between each: `1 2 3 - 4 5`, `1.2.3.4`, `[1][2][3]`, `m_a_i_l_@_x`.

    What is between most of them is taken out; what stands between two of these stays.
    """
    found: list[Edit] = []
    for match in _SPACED.finditer(text):
        gaps = [gap[0] for gap in _GAPS.finditer(match[0])]
        usual = max(set(gaps), key=gaps.count)
        # Between brackets, quotation marks and the like stand the letters of program text as well.
        if not _PLAIN_GAP.fullmatch(usual) and sum(map(str.isdigit, match[0])) < 4 and "@" not in match[0]:
            continue
        for gap in _GAPS.finditer(text, match.start(), match.end()):
            found.append((gap.start(), gap.end(), _kept(gap[0], usual)))
    return found


def _kept(gap: str, usual: str) -> str:
    if gap == usual:
        return ""
    if len(gap) > 2 * len(usual) and gap.startswith(usual) and gap.endswith(usual):
        return gap[len(usual) : -len(usual)].replace(usual, "")
    return "-" if "-" in gap else "/" if "/" in gap else ""


_CLOSING = ".,;|\"')] \t\r\x01"
_LINES = 5


def column(text: str) -> list[Edit]:
    """One character to a line, the last of each, whatever stands before it: a list, a column, `Digit 3: 6`."""
    found: list[Edit] = []
    start = at = 0
    letters: list[str] = []
    for line in (*text.split("\n"), ""):
        # The border of values ends a run.
        border = line.endswith("\x01")
        last = line.rstrip(_CLOSING)
        letter = last[-1:]
        alone = letter and not last[-2:-1].isalnum() and last[-2:-1] != "."
        if letters and not (alone and len(line) <= _LONGEST):
            _gathered(letters, start, at - 1, found)
            letters = []
        if alone:
            if not letters:
                # Before the first there may be anything on its line.
                start = at + len(last) - 1
            letters.append(letter)
        if border and letters:
            _gathered(letters, start, at + len(line) - 1, found)
            letters = []
        at += len(line) + 1
    return found


_LONGEST = 60


def _gathered(letters: list[str], start: int, end: int, found: list[Edit]) -> None:
    if len(letters) >= _LINES and sum(letter.isdigit() for letter in letters) >= _LINES - 1:
        found.append((start, end, "".join(letters)))


_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = tuple(f"{stem}teen" for stem in ("thir", "four", "fif", "six", "seven", "eigh", "nine"))
_VALUES = {word: str(value) for value, word in enumerate((*_ONES, *_TEENS))}
_VALUES |= {"oh": "0", "o": "0", "dash": "-", "hyphen": "-", "minus": "-", "dot": ".", "point": ".", "slash": "/"}
# As pilots and dispatchers say them [ICAO Annex 10, volume II, section 5.2.1.4.3.1].
_VALUES |= {"tree": "3", "fower": "4", "fife": "5", "niner": "9"}
# In the language most spoken in the country after English [US Census Bureau, American Community Survey, table B16001].
_SPANISH = ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")
_VALUES |= {word: str(value) for value, word in enumerate(_SPANISH)} | {"guion": "-", "gui\u00f3n": "-"}
_TENS = {
    f"{stem}ty": tens for tens, stem in enumerate(("twen", "thir", "for", "fif", "six", "seven", "eigh", "nine"), 2)
}
# Not the name of a field, `o: one two` or `o_o: one two`, for a zero.
_WORD = "|".join(
    r"o(?![_\"']?:|_)" if word == "o" else word for word in sorted([*_VALUES, *_TENS], key=len, reverse=True)
)
_WORDS = re.compile(rf"\b(?:{_WORD})(?:[^A-Za-z0-9\x01]{{1,8}}(?:{_WORD}|[0-9]{{1,4}})\b){{3,}}", re.IGNORECASE)
_MIXED = re.compile(rf"\b[0-9]{{1,4}}(?:[^A-Za-z0-9\x01]{{1,8}}(?:{_WORD}|[0-9]{{1,4}})\b){{3,}}", re.IGNORECASE)
_PLAIN = "|".join(sorted((word for word in _VALUES if len(word) > 2), key=len, reverse=True))
_GLUED = re.compile(rf"(?<![A-Za-z0-9])(?:{_PLAIN}|[0-9-]){{5,}}(?![A-Za-z0-9])", re.IGNORECASE)
_EACH = re.compile(rf"{_WORD}|[0-9]+|-{{2,}}|(?<=[ ,])-(?=[ ,])|(?<=[\"'])-(?=[\"'])", re.IGNORECASE)
_EACH_GLUED = re.compile(rf"{_PLAIN}|[0-9]|-", re.IGNORECASE)
_LETTER = re.compile(r"[A-Za-z]")


def words(text: str) -> list[Edit]:
    """Numbers read out: `one two three dash four five`, `twenty-three`, `5 three 6`, `fivethreesix`."""
    found: list[Edit] = []
    for pattern, each in ((_WORDS, _EACH), (_MIXED, _EACH), (_GLUED, _EACH_GLUED)):
        for match in pattern.finditer(text):
            if _LETTER.search(match[0]):
                found.append((match.start(), match.end(), _digits(each.findall(match[0]))))
    found.sort()
    made: list[Edit] = []
    for edit in found:
        if not made or edit[0] >= made[-1][1]:
            made.append(edit)
        elif edit[1] > made[-1][1]:
            made[-1] = edit
    return made


def _digits(spoken: list[str]) -> str:
    made: list[str] = []
    tens = False
    # Where most are parted by a hyphen, it parts them and nothing else.
    if 2 * spoken.count("-") > len(spoken) - spoken.count("-"):
        spoken = [word for word in spoken if word != "-"]
    for word in spoken:
        low = word.lower()
        if low in _TENS:
            made.append(f"{_TENS[low]}0")
        else:
            value = _VALUES.get(low) or ("-" if low.startswith("-") else low)
            if tens and len(value) == 1 and value in "123456789":
                made[-1] = made[-1][0]
            made.append(value)
        tens = low in _TENS
    return "".join(made)


_MARK = "[.\u00b7\u2022\u2219\u22c5_\u2212\u2013\u2014\u2010\u2011-]"
_MORSE_WORD = re.compile(rf"(?<![A-Za-z0-9]){_MARK}{{1,6}}(?:[ /|,\r\n]{{1,4}}{_MARK}{{1,6}}(?!{_MARK})){{6,}}")
_SIGN = re.compile(rf"{_MARK}+|[ /|,\r\n]+")
_LETTERS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        [
            ".-",
            "-...",
            "-.-.",
            "-..",
            ".",
            "..-.",
            "--.",
            "....",
            "..",
            ".---",
            "-.-",
            ".-..",
            "--",
            "-.",
            "---",
            ".--.",
            "--.-",
            ".-.",
            "...",
            "-",
            "..-",
            "...-",
            ".--",
            "-..-",
            "-.--",
            "--..",
        ],
        strict=True,
    )
)
_MORSE = {sign: letter for letter, sign in _LETTERS.items()}
_MORSE |= {"." * n + "-" * (5 - n): str(n) for n in range(1, 6)}
_MORSE |= {"-" * n + "." * (5 - n): str(n + 5) for n in range(1, 5)}
_MORSE |= {"-----": "0", "-....-": "-", "-..-.": "/", "---...": ":", ".-.-.-": ".", ".--.-.": "@"}
_MORSE |= {"..--.-": "_", "--..--": ",", ".-.-.": "+", "-.--.": "(", "-.--.-": ")"}
_ASCII = {ord(char): "." for char in "\u00b7\u2022\u2219\u22c5"} | {
    ord(char): "-" for char in "\u2212\u2013\u2014\u2010\u2011_"
}


def morse(text: str) -> list[Edit]:
    """Morse code [ITU-R M.1677-1 section 1.1]; words are parted by a slash or by more blank than letters are."""
    found: list[Edit] = []
    for match in _MORSE_WORD.finditer(text):
        plain = match[0].translate(_ASCII)
        made: list[str] = []
        for part in _SIGN.findall(plain):
            if part[0] in ".-":
                made.append(_MORSE.get(part, "\ufffd"))
            elif ("/" in part or "|" in part) and "/ /" not in plain:
                made.append(" ")
        if 4 * made.count("\ufffd") <= len(made):
            found.append((match.start(), match.end(), "".join(made)))
    return found
