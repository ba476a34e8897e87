"""(B) Streets as other countries write them: the kind of street glued to its name or in front of it, the number last or
first, and behind it the flat, the code and the town.

What the names of their kinds do not tell, the place does where they stand: `addresses_here.py`.
"""

from __future__ import annotations

import re

from zt_ai.egress.detect.geography import CITY
from zt_ai.egress.detect.person import STOP, UPPER
from zt_ai.egress.detect.rule import Rule, matching

LETTERS = r"(?:[\w'\u2019-]|\.(?=\w))"
WORD = rf"(?:[{UPPER}]\.|[{UPPER}]{LETTERS}{{0,24}})"
PARTICLES = r"(?:(?:de|da|do|dos|das|del|della|dello|dei|degli|di|du|des|la|le|les|los|las|el|van|von|den|der|y|e)[ ]|[ld]['\u2019]){0,3}"
NAME = rf"{PARTICLES}{WORD}(?: {PARTICLES}{WORD}){{0,4}}"
NUMBER = r"(?:# ?|n\.?\u00ba ?|nr\.? )?[0-9]{1,5}[A-Za-z]?(?:[-/][0-9]{1,4}[A-Za-z]?)?(?![0-9A-Za-z])"
FLAT = (
    r"(?:,? (?:(?:Interior|Int\.|Edif\.|Edificio|Depto\.|Piso|Puerta|Esc\.|Apto\.?|Apartamento|Appartamento|Piano|Scala|Interno|Casa|Bloco|Loja|Apt\.?|"
    r"Whg\.|m\.|lok\.) ?[0-9A-Za-z]{1,4}|[0-9]{1,4})(?![0-9A-Za-z/-]) ?){0,3}"
)
_TOWN = rf"{CITY}(?: \([A-Z]{{2}}\))?"
_CODE = r"(?:[A-Z]{1,2}-)?(?:[0-9]{4} ?[A-Z]{2}|[0-9]{3} [0-9]{2}|[0-9]{2}-[0-9]{3}|[0-9]{4,6}(?:-[0-9]{3,4})?)(?![0-9A-Za-z])"
_CODED = rf"(?: ?, ?{_CODE},? {_TOWN}| {{1,2}}{_CODE} {_TOWN}| ?, {_TOWN},?(?: [A-Z]{{2,5}},?)?[ -]{_CODE})"
TAIL = rf"(?:(?:, [^\n,;:]{{2,26}}){{0,4}}?{_CODED})?"

_GLUED = (
    "strasse|straße|gasse|platz|allee|gatan|vägen|torget|gränd|stigen|veien|vejen|torv|straat|laan|steeg|gracht|plein|plantsoen|singel|"
    "dijk|katu|kuja|polku|raitti|utca|vej|weg|svingen|kollen|bakken|kroken|faret|toppen|berget|ulica|cesta|námestie|náměstí|"
    "vijenac|prehod|körút"
)
GLUED_HERE = "kade|gade|gata|stien|pad|ring|hof|baan|damm|ufer|steig|ntie|dreef|gate|vei|kaari|rinne|terrein"
KINDS = (
    "Viale|Vicolo|Piazza|Piazzale|Corso|Contrada|Rotonda|Borgo|Canale|Incrocio|Lungomare|Traversa|Stretto|Salita|Avenida|Avda.|Calle|Calzada|Cerrada|Callejón|"
    "Privada|Peatonal|Ampliación|Pasaje|Periférico|Circuito|Prolongación|Eje vial|Andador|Retorno|Paseo|Cañada|Alameda|Ronda|Rambla|Glorieta|"
    "Cuesta|Camino|Carretera|Travesía|Rua|Rúa|Travessa|Praça|Rodovia|Estrada|ulica|ul.|aleja|plac|osiedle|ulice|náměstí"
)
KINDS_HERE = "Via|Plaza|Boulevard|Avenue|Chemin|Rue|Corredor|Acceso|Continuación|Diagonal|Viaducto|Jardín|Vial|Quinta|Largo|Strada|Parque|al.|os.|pl."
KINDS_SECOND = "rue|avenue|boulevard|chemin|allée|impasse|quai|faubourg|montée"
_MARKED = (
    "Strada|Str.|Bulevardul|Bd.|Aleea|Intrarea|Drumul|Soseaua|Șoseaua|Calea|Splaiul|Jalan|Jl.|Gg.|Calle|Av.|Avenida|Blv.|Bv.|Diagonal|Camino|"
    "Ruta|Pasaje"
)
_INDIAN = "Nagar|Marg|Path|Chowk|Ganj|Zila|Road|Street|Colony|Circle|Vihar|Enclave|Layout|Gali|Salai"
_CHAINED = re.compile(
    r"\b(?:Street|St|Road|Rd|Cross|Main|Layout|Nagar|Colony|Lane|Marg|Avenue|Ave|Close|Way|Phase|Estate|Sector|Stage|Chowk|Salai)\b|[0-9]{3} ?[0-9]{3}$"
)


def escaped(words: str) -> str:
    """Words of a list `a|b.` as they stand in an expression."""
    return words.replace(".", r"\.")


def _is_street(match: re.Match[str]) -> bool:
    return match["v"].split(maxsplit=1)[0] not in STOP


def _many(words: str, before: str, after: str) -> tuple[str, ...]:
    return tuple(f"{before}{escaped(word)}{after}" for word in words.split("|"))


RULES: tuple[Rule, ...] = (
    Rule(
        id="address.glued",
        kind="address",
        source="Universal Postal Union, S42: Germany, Austria, Switzerland, the Netherlands, Sweden, Norway, Denmark, Finland, Hungary",
        triggers=_many(f"{_GLUED}|-Ring|-Hof|-Damm|-Ufer|-Steig| tér| út", "(?i)", ",? [0-9]"),
        spans=matching(
            rf"(?<![\w-])(?P<v>(?:{WORD} ){{0,2}}[{UPPER}]{LETTERS}{{1,40}}?(?:[ -]?(?i:{_GLUED})|-(?:Ring|Hof|Damm|Ufer|Steig)| (?:tér|út)),? {NUMBER}(?:\.(?=,))?{TAIL})",
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
            "up at «Jakob-Scholz-Weg 30».",
            "up at «Pécsi út 132» today",
            "is «Kežmarské námestie 4, 921 71 Slovenská Ves»",
            "to «Madsensvingen 9B», Audstrand",
        ),
        negatives=("on the platz 4", "a strasse 12", "Platz 4 ist frei", "Fire Brigade 5 responded", "a Stockade 12"),
    ),
    Rule(
        id="address.kind-first",
        kind="address",
        source="Universal Postal Union, S42: Italy, Spain, Mexico, Portugal, Brazil, Poland, Czechia",
        triggers=_many(KINDS, "(?:^|[^A-Za-z])", r" (?:[A-Z]|[\xc3-\xc5]|[a-z]{1,5} )"),
        spans=matching(
            rf"(?<![\w-])(?P<v>(?:{escaped(KINDS)}) {NAME},? {NUMBER}{FLAT}{TAIL})",
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
        negatives=("Paseo 4", "the Corso opened in 1821", "others et al. Lancet 2019.", "per os. Take 2", "ul. 5"),
    ),
    Rule(
        id="address.number-comma",
        kind="address",
        source="Universal Postal Union, S42: France, Belgium, Switzerland: number, kind of street, name",
        triggers=(
            *_many(KINDS_SECOND, "[0-9]{1,5}(?: ?(?:bis|ter))?,? ", r" (?:[A-Z]|\xc3|[a-z]{1,3}[ '])"),
            *_many(
                KINDS_SECOND, "(?:^|[^A-Za-z])", r" (?:d[eu] (?:la )?|des |[dl]')?(?:[A-Z]|\xc3)[^\n0-9,]{1,40},? [0-9]"
            ),
        ),
        spans=matching(
            rf"(?<![\w.,/-])(?P<v>[0-9]{{1,5}}(?: ?(?:bis|ter))?,? (?:{KINDS_SECOND}) {NAME}{TAIL})|(?<![\w-])(?P<w>(?:{KINDS_SECOND}) {NAME},? {NUMBER}{TAIL})"
        ),
        before=24,
        after=110,
        rank=1,
        positives=(
            "Letter to him, «71, avenue de Dumont, 57564 Toussaint»",
            "habite «9 bis, boulevard Hoareau»",
            "au «95, rue de Gilbert».",
            "and I live at «boulevard de Thorens 44», thanks",
        ),
        negatives=("2 rue the day", "in 3 avenues", "She rang Pharmacy 3 times"),
    ),
    Rule(
        id="address.coded",
        kind="address",
        source="Universal Postal Union, S42: kinds of streets that other things are called, too, before a code and a town",
        triggers=(r"[0-9a-z],? {1,2}(?:[0-9]{4} ?[A-Z]{2}|[0-9]{5}),? (?:[A-Z]|[\xc3-\xc5])",),
        spans=matching(
            rf"(?<![\w-])(?P<v>(?:(?:{escaped(KINDS_HERE)}) {NAME},? {NUMBER}{FLAT}|(?:{KINDS_SECOND}) {PARTICLES}{WORD}(?: {PARTICLES}{WORD}){{0,3}}|"
            rf"[{UPPER}]{LETTERS}{{2,40}}?[ -]?(?i:{GLUED_HERE}) {NUMBER}){_CODED})"
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
            rf"(?<![\w.,/-])(?P<v>(?:(?i:h|house|flat|plot|door)\.? ?(?i:no)\.? ?[0-9]{{1,4}}[A-Z]?(?:[-/][0-9]{{1,4}})?,? {WORD}(?: {WORD}){{0,3}}|"
            rf"[0-9]{{1,4}}(?:/[0-9]{{1,4}})?, {WORD}(?: {WORD}){{0,2}} (?:{_INDIAN}))(?:, {CITY}[ -]{{1,3}}[0-9]{{3}} ?[0-9]{{3}})?)(?![\w])"
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
        id="address.chain",
        kind="address",
        source="India Post and PHLPost, addressing: house, lot or quarter, then ever larger places",
        triggers=(
            r"#[0-9]{1,4}[A-Za-z]?, [0-9A-Zo]",
            r"(?i)(?:no|plot)\.? ?[0-9]{1,4}[a-z]?(?:[-/][0-9]{1,4})?, [0-9a-z]",
            r"(?:Purok|Sitio|Brgy\.?|Barangay) [0-9A-Z]",
            r"(?:Blk|Block|Lot)\.? ?[0-9]{1,4},? (?:Lot|Blk|Block)\.? ?[0-9]",
        ),
        spans=matching(
            r"(?<![\w])(?P<v>(?i:#|(?:old |new |door |plot |house |flat )?no\.? ?|plot )[0-9]{1,4}[A-Za-z]?(?:[-/][0-9]{1,4})?(?:, (?:off |near |opp\.? )?[0-9A-Z](?:[^\n,;:.]|\.(?! |\n|$)|(?<=No)\. ){1,32}){1,6}?"
            rf"(?:, {CITY}[ -]{{1,3}}[0-9]{{3}} ?[0-9]{{3}}|(?=[.;\n]|$)))(?![\w])"
            rf"|(?<![\w])(?P<w>(?:Purok [0-9]{{1,3}}|Sitio {WORD}|(?:Brgy\.?|Barangay) {WORD}(?:-{WORD})?|(?:Blk|Block)\.? ?[0-9]{{1,4}},? Lot ?[0-9]{{1,4}}|"
            rf"Lot ?[0-9]{{1,4}},? (?:Blk|Block)\.? ?[0-9]{{1,4}})(?: {WORD}){{0,3}}\.?(?:, (?:Brgy\.? )?{WORD}(?: {WORD}){{0,3}}\.?){{0,5}}(?<!\.)(?: [0-9]{{4}})?)(?![\w])",
            lambda match: match["w"] is not None or _CHAINED.search(match["v"]) is not None,
        ),
        before=60,
        after=170,
        rank=1,
        positives=(
            "Res: «Old No. 12, New No. 27, 3rd Cross Street, Teppakulam, Tiruchirappalli 620002»\n",
            "New address is «No 15, Oke-Ado Street, off Liberty Road, Ibadan».",
            "place, «#318, 2nd Main, 7th Cross, BTM Layout 2nd Stage, Bengaluru 560076»",
            "there: «Purok 4, Brgy. Samoki, Bontoc, Mountain Province 2616», +63",
            "Baby, «Blk 8 Lot 21 Sampaguita St., Villa Remedios Subd., Lipa City»\n",
        ),
        negatives=("Refill No. 12, Prescriber on file.", "#3, Take with food.", "No. 5, Fig. 2."),
    ),
    Rule(
        id="address.side-of",
        kind="address",
        source="Universal Postal Union, S42: a street without a number, by the word before it",
        triggers=_many(_GLUED, "(?i)(?:side|corner|end|part) of [^\\n]{2,30}", "(?:[^a-z]|$)"),
        spans=matching(
            rf"(?<![\w])(?i:side|corner|end|part) of (?P<v>(?:{WORD} ){{0,2}}[{UPPER}]{LETTERS}{{1,40}}?[ -]?(?i:{_GLUED}))(?![\w-])",
            _is_street,
        ),
        before=70,
        after=4,
        positives=("He lives on the north side of «Friedl-Gunpf-Weg».", "at the corner of «Elizabethsingel»"),
        negatives=("the side of the weg", "part of Norway"),
    ),
    Rule(
        id="address.marked-number",
        kind="address",
        source="Universal Postal Union, S42: Romania, Indonesia, Argentina, Colombia: the number has its sign",
        triggers=(
            *_many(_MARKED, "(?:^|[^A-Za-z])", " [^\\n]{1,40} (?:[Nn][ro]?\\.|N(?:°|º)) ?[0-9]"),
            r"(?i)(?:calle|carrera|avenida|av\.|cl\.|cra?\.|tr\.|dg\.|diagonal|transversal)[^\n#]{1,24}# ?[0-9]{1,3}[a-z]?-[0-9]",
        ),
        spans=matching(
            rf"(?<![\w-])(?P<v>(?:{escaped(_MARKED)}) (?:[^\n,;#]{{1,40}}?) (?:[Nn][ro]?\.|N[°º]) ?[0-9]{{1,5}}[A-Za-z]?(?: {{1,2}}(?:Bl|Sc|Ap|Et|RT|RW)\. ?[0-9]{{1,4}}){{0,4}}"
            rf"(?:(?:, {WORD}(?: {WORD}){{0,4}}){{1,2}},? [0-9]{{4,6}})?)(?![\w])"
            rf"|(?<![\w-])(?P<w>(?i:calle|carrera|avenida(?: calle| carrera)?|av\.(?: calle| carrera)?|cl\.|cra?\.|tr\.|dg\.|diagonal|transversal) "
            rf"[0-9]{{1,3}}[A-Zª]?(?: Bis)?(?: [A-Z])?(?: Este| Sur)? # ?[0-9]{{1,3}}[A-Z]?-[0-9]{{1,3}}(?: Sur| Este)?(?:, (?i:torre|local|apto\.?|apartamento|oficina|casa) "
            rf"[\w ]{{1,20}})?(?:, [0-9]{{6}}(?:, {WORD}(?: {PARTICLES}{WORD}){{0,3}}){{1,2}})?)(?![\w])"
        ),
        before=40,
        after=110,
        rank=1,
        positives=(
            "file is «Intrarea Diaconescu Nr. 310, Agnita, 437857».",
            "up at «Soseaua Leopoldina Tomescu Nr. 35 Bl. 33  Sc. 61 Ap. 207».",
            "to «Gg. Peta No. 380», thanks",
            "at «Jalan PHH. Mustofa No. 10, Jambi, Kalimantan Tengah 76661»",
            "at «Diagonal San Martin N° 68».",
            "is «Calle 32 # 3F-9, 522689, Iles, Nariño».",
            "up at «Cr. 57Q Bis K # 20-64 Sur».",
        ),
        negatives=("Calle 32", "Camino Nr. of", "Strada No. unknown", "Gang Violence Report No. 5"),
    ),
)
