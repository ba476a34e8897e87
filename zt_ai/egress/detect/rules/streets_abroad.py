"""(B) Streets as other countries write them: the kind of street glued to its name or in front of it, the number last or
first, and behind it the flat, the code and the town.

Kinds that are hardly anything else count anywhere, the others where somebody lives, goes or is written to.
"""

from __future__ import annotations

import re

from zt_ai.egress.detect.geography import CITY, CODES
from zt_ai.egress.detect.person import STOP, UPPER
from zt_ai.egress.detect.rule import Rule, matching

_LETTERS = r"(?:[\w'\u2019-]|\.(?=\w))"
_WORD = rf"(?:[{UPPER}]\.|[{UPPER}]{_LETTERS}{{0,24}})"
_PARTICLES = r"(?:(?:de|da|do|dos|das|del|della|dello|dei|degli|di|du|des|la|le|les|los|las|el|van|von|den|der|y|e)[ ]|[ld]['\u2019]){0,3}"
_NAME = rf"{_PARTICLES}{_WORD}(?: {_PARTICLES}{_WORD}){{0,4}}"
_NUMBER = r"(?:n\.?\u00ba ?|nr\.? )?[0-9]{1,5}[A-Za-z]?(?:[-/][0-9]{1,4}[A-Za-z]?)?(?![0-9A-Za-z])"
_FLAT = (
    r"(?:,? (?:(?:Interior|Int\.|Edif\.|Edificio|Depto\.|Piso|Puerta|Esc\.|Apto\.?|Apartamento|Appartamento|Scala|Interno|Casa|Bloco|Loja|Apt\.?|"
    r"Whg\.|m\.|lok\.) ?[0-9A-Za-z]{1,4}|[0-9]{1,4})(?![0-9A-Za-z/-]) ?){0,3}"
)
_TOWN = rf"{CITY}(?: \([A-Z]{{2}}\))?"
_CODE = r"(?:[A-Z]{1,2}-)?(?:[0-9]{4} ?[A-Z]{2}|[0-9]{3} [0-9]{2}|[0-9]{2}-[0-9]{3}|[0-9]{4,6}(?:-[0-9]{3,4})?)(?![0-9A-Za-z])"
_CODED = rf"(?: ?, ?{_CODE},? {_TOWN}| {{1,2}}{_CODE} {_TOWN}| ?, {_TOWN},?(?: [A-Z]{{2,5}},?)?[ -]{_CODE})"
_TAIL = f"{_CODED}?"

_GLUED = (
    "strasse|straße|gasse|platz|allee|gatan|vägen|torget|gränd|stigen|veien|vejen|torv|straat|laan|steeg|gracht|kade|plein|plantsoen|singel|"
    "dijk|katu|kuja|polku|raitti|utca"
)
_GLUED_HERE = "weg|ring|hof|baan|damm|ufer|steig|ntie|dreef|gate|gade|vej|vei|kaari|rinne|gata|terrein"
_KINDS = (
    "Viale|Vicolo|Piazza|Piazzale|Corso|Contrada|Rotonda|Borgo|Canale|Incrocio|Lungomare|Traversa|Avenida|Avda.|Calle|Calzada|Cerrada|Callejón|"
    "Privada|Peatonal|Ampliación|Pasaje|Periférico|Circuito|Prolongación|Eje vial|Andador|Retorno|Paseo|Cañada|Alameda|Ronda|Rambla|Glorieta|"
    "Cuesta|Camino|Carretera|Travesía|Rua|Rúa|Travessa|Praça|Rodovia|Estrada|ulica|ul.|aleja|al.|plac|osiedle|os.|ulice|náměstí"
)
_KINDS_HERE = "Via|Plaza|Boulevard|Avenue|Chemin|Rue|Corredor|Acceso|Continuación|Diagonal|Viaducto|Jardín|Vial|Quinta|Largo|Strada|Parque"
_KINDS_SECOND = "rue|avenue|boulevard|chemin|allée|impasse|quai|faubourg"
_INDIAN = "Nagar|Marg|Path|Chowk|Ganj|Zila|Road|Street|Colony|Circle|Vihar|Enclave|Layout|Gali|Salai"
_AUSTRALIAN = "QLD|NSW|VIC|TAS|ACT|NT|SA|WA"
_HERE = (
    r"(?<![\w])(?i:address(?: is| was)?:?|liv(?:es?|ing) (?:at|on|in)|resid(?:es?|ing) (?:at|on)|(?:mail|ship|send|sent|delivered|forms?|letter|"
    r"records|kit|it|them|out|over|home) to|(?:found|located|based) at)[ \n]{1,3}"
)


def _escaped(words: str) -> str:
    return words.replace(".", r"\.")


def _is_street(match: re.Match[str]) -> bool:
    return match["v"].split(maxsplit=1)[0] not in STOP


def _many(words: str, before: str, after: str) -> tuple[str, ...]:
    return tuple(f"{before}{_escaped(word)}{after}" for word in words.split("|"))


_HERE_TRIGGERS = (
    r"(?i)address(?: is| was)?:?[ \n]{1,3}(?-i:[0-9A-Z]|[\xc3-\xd1]|[a-z]{2,9} [A-Z])",
    r"(?i)(?:liv|resid)(?:es?|ing) (?:at|on|in) (?-i:[0-9A-Z]|[\xc3-\xd1])",
    r"(?i)(?:mail|ship|send|sent|delivered|forms?|letter|records|kit|it|them|out|over|home) to (?-i:[0-9A-Z]|[\xc3-\xd1]|[a-z]{2,9}\.? [A-Z])",
    r"(?i)(?:found|located|based) at (?-i:[0-9A-Z]|[\xc3-\xd1])",
)

RULES: tuple[Rule, ...] = (
    Rule(
        id="address.glued",
        kind="address",
        source="Universal Postal Union, S42: Germany, Austria, Switzerland, the Netherlands, Sweden, Norway, Denmark, Finland, Hungary",
        triggers=_many(_GLUED, "(?i)", ",? [0-9]"),
        spans=matching(
            rf"(?<![\w-])(?P<v>(?:{_WORD} ){{0,2}}[{UPPER}]{_LETTERS}{{1,40}}?[ -]?(?i:{_GLUED}),? {_NUMBER}{_TAIL})",
            _is_street,
        ),
        before=60,
        after=70,
        rank=1,
        positives=(
            "wohnt «Marijan-Haase-Straße 9-5, 07414 Eisenhüttenstadt»",
            "home is «Lindengasse 19/76» now",
            "to «Esilasteeg 7, 5622WQ, Ospel»",
            "in «Skoltorget 4»",
            "at «Bertel Jungin katu 6, 05468 Lappajärvi»",
        ),
        negatives=("on the platz 4", "a strasse 12", "Platz 4 ist frei"),
    ),
    Rule(
        id="address.kind-first",
        kind="address",
        source="Universal Postal Union, S42: Italy, Spain, Mexico, Portugal, Brazil, Poland, Czechia",
        triggers=_many(_KINDS, "(?:^|[^A-Za-z])", " (?:[A-Z]|[\xc3-\xc5]|[a-z]{1,5} )"),
        spans=matching(
            rf"(?<![\w-])(?P<v>(?:{_escaped(_KINDS)}) {_NAME},? {_NUMBER}{_FLAT}{_TAIL})",
            _is_street,
        ),
        before=16,
        after=150,
        rank=1,
        positives=(
            "abita in «Contrada Luchino, 18 Appartamento 6, 21058, Solbiate Olona (VA)»",
            "at «Cerrada Sudáfrica 691 Edif. 118 , Depto. 218, San Abel, MICH 05217-7862»",
            "to «aleja Hallera 10».",
            "at «Alameda de Ana Aguilar 7», second door",
        ),
        negatives=("Paseo 4", "the Corso opened in 1821", "Circuito aperto", "ul. 5"),
    ),
    Rule(
        id="address.number-comma",
        kind="address",
        source="Universal Postal Union, S42: France, Belgium, Switzerland: number, kind of street, name",
        triggers=_many(_KINDS_SECOND, "[0-9]{1,4}(?: ?(?:bis|ter))?,? ", " (?:[A-Z]|\xc3|[a-z]{1,3}[ '])"),
        spans=matching(rf"(?<![\w.,/-])(?P<v>[0-9]{{1,4}}(?: ?(?:bis|ter))?,? (?:{_KINDS_SECOND}) {_NAME}{_TAIL})"),
        before=24,
        after=110,
        rank=1,
        positives=(
            "Letter to him, «71, avenue de Dumont, 57564 Toussaint»",
            "habite «9 bis, boulevard Hoareau»",
            "au «95, rue de Gilbert».",
        ),
        negatives=("2 rue the day", "in 3 avenues"),
    ),
    Rule(
        id="address.coded",
        kind="address",
        source="Universal Postal Union, S42: kinds of streets that other things are called, too, before a code and a town",
        triggers=(r"[0-9a-z],? {1,2}(?:[0-9]{4} ?[A-Z]{2}|[0-9]{5}),? (?:[A-Z]|[\xc3-\xc5])",),
        spans=matching(
            rf"(?<![\w-])(?P<v>(?:(?:{_KINDS_HERE}) {_NAME},? {_NUMBER}{_FLAT}|(?:{_KINDS_SECOND}) {_PARTICLES}{_WORD}(?: {_PARTICLES}{_WORD}){{0,3}}|"
            rf"[{UPPER}]{_LETTERS}{{2,40}}?[ -]?(?i:{_GLUED_HERE}) {_NUMBER}){_CODED})"
        ),
        before=110,
        after=50,
        rank=1,
        positives=(
            "to «Via Ugolino, 28 Appartamento 22, 98044, Archi (ME)»",
            "for him, «boulevard de Millet, 36554 Couturier»",
            "for her, «Hendrikhof 7, 3696WX, Berkhout»",
        ),
        negatives=("Boulevard 12 99213", "ring 2024, 10115 mal"),
    ),
    Rule(
        id="address.house",
        kind="address",
        source="India Post, addressing: house number, street or quarter, town and PIN",
        triggers=(
            *_many(_INDIAN, "[0-9],[^\\n]{3,40} ", "(?:[^A-Za-z]|$)"),
            r"(?i)(?:^|[^a-z])(?:h|house|flat|plot|door)\.? ?no\.? ?[0-9]",
        ),
        spans=matching(
            rf"(?<![\w.,/-])(?P<v>(?:(?i:h|house|flat|plot|door)\.? ?(?i:no)\.? ?[0-9]{{1,4}}[A-Z]?(?:[-/][0-9]{{1,4}})?,? {_WORD}(?: {_WORD}){{0,3}}|"
            rf"[0-9]{{1,4}}(?:/[0-9]{{1,4}})?, {_WORD}(?: {_WORD}){{0,2}} (?:{_INDIAN}))(?:, {CITY}[ -]{{1,3}}[0-9]{{3}} ?[0-9]{{3}})?)(?![\w])"
        ),
        before=60,
        after=60,
        rank=1,
        positives=(
            "«H.No. 417, Raja Chowk».",
            "at «02/71, Narain Zila», Dibrugarh",
            "to «04, Shroff Nagar, Motihari-939889»",
        ),
        negatives=("flat no. 4", "12, Main"),
    ),
    Rule(
        id="address.before-code",
        kind="address",
        source="Australia Post and Canada Post, addressing; USPS Publication 28, 21: number and street before town, state and code",
        triggers=(
            rf"(?:{_AUSTRALIAN}),? {{1,2}}[0-9]{{4}}(?:[^0-9]|$)",
            rf"(?:{CODES}|AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT),? {{1,2}}[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]",
            rf"(?:{CODES}),? {{1,2}}[0-9]{{5}}",
            r"(?:FPO|APO|DPO),? (?:AA|AE|AP) [0-9]{5}",
        ),
        spans=matching(
            rf"(?<![\w$./-])(?P<v>(?:(?:Flat|Apt\.?|Unit|Suite|Level|Shop) [0-9A-Z]{{1,5}},? |[0-9]{{1,4}}/)?[0-9]{{1,6}}[A-Z]?,? (?:{_WORD} ){{0,4}}{_WORD}"
            rf"(?: [0-9]{{1,5}})?(?:,? (?:Apt\.?|Suite|Unit|Flat) [0-9A-Z]{{1,5}})?,? {CITY},? (?:(?:{_AUSTRALIAN}),? {{1,2}}[0-9]{{4}}|[A-Z]{{2}},? {{1,2}}(?:[0-9]{{5}}(?:-[0-9]{{4}})?|"
            rf"[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9])))(?![0-9A-Za-z])"
            rf"|(?<![\w])(?P<w>(?:USS|USNS|USNV|USCGC|PSC|CMR|Unit) [\w ,.-]{{2,30}}?,? (?:FPO|APO|DPO),? (?:AA|AE|AP) [0-9]{{5}}(?:-[0-9]{{4}})?)(?![0-9])"
        ),
        before=110,
        after=12,
        rank=1,
        positives=(
            "Letter to him, «31056 Miller Light Suite 480, Phillipbury, NM 05851»",
            "at «Suite 478 8 Marissa Round, St. Davidtown, NT, 5427»",
            "to «538 Moore Junction, Danielletown, NT Y9E7V1»",
            "write to «USNV Knight, FPO AA 30934»",
            "«PSC 4821, Box 9213, APO AE 09421»",
        ),
        negatives=("in 2014 Springfield", "AE 09421 of the log"),
    ),
    Rule(
        id="address.here",
        kind="address",
        source="45 CFR 164.514(b)(2)(i)(B): where somebody lives, or something is sent",
        triggers=_HERE_TRIGGERS,
        spans=matching(
            rf"{_HERE}(?P<v>(?:{_WORD} ){{0,2}}[{UPPER}]{_LETTERS}{{2,40}}?[ -]?(?i:{_GLUED_HERE}) {_NUMBER}{_TAIL}"
            rf"|(?:{_escaped(_KINDS)}|{_KINDS_HERE}) {_NAME}(?:,? {_NUMBER}{_FLAT})?{_TAIL}"
            rf"|(?:{_KINDS_SECOND}) {_PARTICLES}{_WORD}(?: {_PARTICLES}{_WORD}){{0,3}}{_TAIL}"
            rf"|(?:(?:Flat|Apt\.?|Unit|Suite|Level|Shop) [0-9A-Z]{{1,5}},? |[0-9]{{1,4}}/)?[0-9]{{1,5}}(?:-?[A-Z])?,? (?:Unit [A-Z] )?{_WORD}(?: {_WORD}){{1,3}}(?=[.,;\n]|$)"
            rf"|[0-9]{{1,3}}F {_WORD}(?: {_WORD}){{0,3}}, [0-9]{{1,5}} {_WORD}(?: {_WORD}){{0,3}}|B[0-9]{{1,3}} L[0-9]{{1,3}} {_WORD}(?: {_WORD}){{0,3}}(?:, {_WORD}(?: {_WORD}){{0,2}})?)(?![\w])",
            _is_street,
        ),
        before=30,
        after=130,
        positives=(
            "Home address is «Hannaring 11», Joppe.",
            "mail the forms to «Via Ugolino, 28 Appartamento 22».",
            "forms to «chemin Mercier».",
            "forms to «6 Cindy Follow».",
            "Home address is «3/829 Scott Pathway», Elizabethberg",
            "Home address is «B17 L66 Catmon Subdivision, Calumpang Drive», Amanda Ville.",
        ),
        negatives=("sent to Spring 5", "living in 3 Days", "lives in Ohio", "address is unknown"),
    ),
)
