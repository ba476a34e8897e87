"""Words of addresses and places: states, streets, countries, lists of cities."""

from __future__ import annotations

from zt_ai.egress.detect.person import UPPER

STATE_NAMES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|"
    "Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|"
    "Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|"
    "New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|"
    "Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|"
    "Virginia|Washington|West Virginia|Wisconsin|Wyoming|Puerto Rico"
)

CODES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|"
    "OH|OK|OR|PA|PR|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|GU|VI|AP|AE|AA"
)

COMMON_SUFFIX = (
    r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|place|pl|circle|cir|way|terrace|"
    r"trail|parkway|pkwy|highway|hwy|square|plaza)"
)

_WORD = rf"(?:(?:St|Ste|Mt|Ft|Pt)\.|[{UPPER}](?:[\w'\u2019-]|\.(?=\w)){{0,40}})"
CITY = rf"(?![{UPPER}](?![\w.'\u2019-])){_WORD}(?: (?:{_WORD}|(?:de|del|la|of|the|du|sur|los|las|el|do|da|dos|das|di|della|den|der|sous|les|upon|le|am|an|im|nad|na|ob|pod|bei|près)(?!\w))){{0,4}}"

STATE_AND_ZIP = r"[A-Z]{2}[ ,]{1,3}[0-9]{5}"

_BEFORE_NAMES = frozenset({"New", "Old", "Upper", "Lower", "Little"})


def telling(name: str) -> str:
    """The word that tells whether a name can be a place: the first, but of `New Chloefort` the second."""
    first, *rest = name.split()
    return rest[0] if rest and first in _BEFORE_NAMES and rest[0][0].isupper() else first
