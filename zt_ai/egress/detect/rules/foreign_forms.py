"""(C) Days and (D) telephone numbers as other countries write them: `6. Mai 2024`, `18 novembre 2022`, `06 39 98 14 52`."""

from __future__ import annotations

from zt_ai.egress.detect.rule import Rule, matching

_MONTHS = (
    "janvier|f\u00e9vrier|mars(?= (?:19|20)[0-9]{2})|avril|mai|juin|juillet|ao\u00fbt|septembre|octobre|novembre|d\u00e9cembre|"
    "Januar|J\u00e4nner|Februar|M\u00e4rz|Mai|Juni|Juli|Oktober|Dezember|"
    "janeiro|fevereiro|mar\u00e7o|maio|junho|julho|setembro|outubro|novembro|dezembro|"
    "gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|"
    "januari|februari|maart|augustus|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|wrze\u015bnia|"
    "pa\u017adziernika|listopada|grudnia|Enero|Pebrero|Marso|Abril|Mayo|Hunyo|Hulyo|Agosto|Setyembre|Oktubre|Nobyembre|Disyembre"
)
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_YEAR = r"(?:,? (?:de |del )?(?:19|20)[0-9]{2})?"

RULES: tuple[Rule, ...] = (
    Rule(
        id="date.foreign-month",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); Unicode CLDR, names of months in German, French, Portuguese, Italian, Dutch, Polish, Filipino",
        triggers=(
            r"[0-9](?:er|\.|\xc2\xba)? (?:de |ng |ika-)?(?:janv|f.{1,2}vr|mars|avril|mai|juin|juil|ao.{1,2}t|sept|octob|nov|d.{1,2}cem|Jan|J.{1,2}nn|Feb|M.{1,2}rz|"
            r"Mai|Jun|Jul|Okt|Dez|jan|fev|mar|jun|jul|set|out|dez|gen|feb|apr|mag|giu|lug|ott|dic|maart|aug|sty|lut|kwi|maj|cze|lip|sie|wrz|pa|lis|gru|"
            r"Ene|Peb|Abr|May|Hun|Hul|Ago|Nob|Dis)",
            r"[0-9] th.{2,3}ng [0-9]",
        ),
        spans=matching(
            rf"(?<![0-9A-Za-z/.,-])(?P<v>{_DAY}(?:er|\.|\u00ba)? (?:de |ng )?(?:{_MONTHS}){_YEAR})(?![0-9A-Za-z])"
            rf"|(?<![0-9A-Za-z/.,-])(?P<w>{_DAY} th\u00e1ng (?:0?[1-9]|1[0-2])(?:,? (?:n\u0103m )?(?:19|20)[0-9]{{2}})?)(?![0-9A-Za-z])"
        ),
        before=30,
        after=24,
        positives=(
            "den wir am «6. Mai 2024» in unserer Ambulanz",
            "opéré de la hanche le «18 novembre 2022» à la Clinique",
            "nascido em «3 de março de 1961»",
            "siêu âm tim ngày «4 tháng 3» ở",
        ),
        negatives=("45 novembre", "2 mais 3", "en novembre 2022", "12 marchers", "10 mars bars"),
    ),
    Rule(
        id="phone.national",
        kind="phone",
        source="ITU-T E.123: national notation; numbering plans of the United Kingdom, France and Germany",
        triggers=(
            r"(?:^|[^0-9A-Za-z.])0[0-9]{3,4} [0-9]{6}(?:[^0-9]|$)",
            r"(?:^|[^0-9A-Za-z.])0[1-9](?:[ .][0-9]{2}){4}(?:[^0-9]|$)",
            r"(?:^|[^0-9A-Za-z.])0[0-9]{2,4} ?/ ?[0-9]{3,4}[ -]?[0-9]{2,4}(?:[^0-9]|$)",
        ),
        spans=matching(
            r"(?<![0-9A-Za-z./-])(?P<v>0[1-9][0-9]{2,3} [0-9]{6}|0[1-9](?P<s>[ .])[0-9]{2}(?:(?P=s)[0-9]{2}){3}|0[1-9][0-9]{1,3} ?/ ?[0-9]{3,4}[ -]?[0-9]{2,4})(?![0-9A-Za-z/]|[.-][0-9])"
        ),
        before=24,
        after=4,
        positives=(
            "txt me on the other one «07700 900482» this",
            "Vous pouvez me joindre au «06 39 98 14 52».",
            "telefonisch unter «0761 / 4459 182» informiert",
        ),
        negatives=("version 06.39.98", "0761/2", "code 0812 12", "06 39 98 14", "05/2024 120"),
    ),
    Rule(
        id="phone.extension",
        kind="phone",
        source="45 CFR 164.514(b)(2)(i)(D): numbers within a house, of the form 5-7714",
        triggers=(r"(?i)(?:ext|extension|pager|pgr|beeper|page)[.:]? {1,2}[0-9]-[0-9]{4}(?:[^0-9]|$)",),
        spans=matching(
            r"(?<![A-Za-z])(?i:ext|extension|pager|pgr|beeper|page)[.:]? {1,2}(?P<v>[0-9]-[0-9]{4})(?![0-9A-Za-z]|-[0-9])"
        ),
        before=24,
        after=4,
        positives=("Nkechi Brandvold, LCSW  ext «5-7714»", "MD · pager «7-0982»"),
        negatives=("page 5-12", "ext 5", "extension 5-77141"),
    ),
)
