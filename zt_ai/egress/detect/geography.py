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

STATES = frozenset(STATE_NAMES.split("|"))

LARGE = frozenset(
    """
    America Africa Asia Europe Mexico Canada China India Japan Korea Vietnam Cuba Haiti Guatemala Honduras Brazil
    Colombia Peru Ecuador Venezuela Argentina Chile Spain France Germany Italy Poland Russia Ukraine Ireland
    England Scotland Wales Britain Portugal Greece Turkey Iran Iraq Syria Egypt Ethiopia Somalia Nigeria Ghana
    Kenya Liberia Sudan Pakistan Bangladesh Afghanistan Nepal Philippines Thailand Laos Cambodia Burma Myanmar
    Indonesia Australia Jamaica Israel Lebanon Jordan Sweden Norway Denmark Finland Netherlands Belgium Austria
    Switzerland Hungary Romania Bulgaria Serbia Croatia Bosnia Albania Morocco Algeria Tunisia Libya Uganda
    Tanzania Zimbabwe Zambia Panama Nicaragua Bolivia Paraguay Uruguay Singapore Malaysia Taiwan
    Eritrea Djibouti Yemen Oman Qatar Bahrain Kuwait Cyprus Malta Luxembourg Iceland Estonia Latvia Lithuania Belarus Moldova Armenia
    Azerbaijan Kazakhstan Uzbekistan Tajikistan Kyrgyzstan Turkmenistan Mongolia Bhutan Maldives Brunei Fiji Samoa Tonga Palau Micronesia
    Cameroon Congo Gabon Angola Zaire Rwanda Burundi Malawi Mozambique Botswana Namibia Lesotho Eswatini Swaziland Madagascar Mauritius
    Senegal Gambia Guinea Mali Niger Benin Togo Mauritania Chad Macedonia Montenegro Kosovo Slovenia Slovakia Czechia Belize Guyana Suriname
    Trinidad Tobago Barbados Grenada Bahamas Dominica Bermuda Aruba Polynesia Melanesia Scandinavia Yugoslavia Appalachia Palestine Tibet Punjab
    Kurdistan Caribbean Balkans Sahel Sahara Siberia Antarctica Arabia Persia Ontario Quebec Manitoba Saskatchewan Alberta
    """.split()
) | {
    "United States",
    "United Kingdom",
    "South Africa",
    "South Korea",
    "North Korea",
    "Costa Rica",
    "El Salvador",
    "Dominican Republic",
    "Saudi Arabia",
    "Sri Lanka",
    "New Zealand",
    "Middle East",
    "Latin America",
    "South America",
    "North America",
    "Central America",
}
"""Countries and parts of the world, which may be named [45 CFR 164.514(b)(2)(i)(B): smaller than a State]."""

PROVINCES = frozenset(
    """
    British Columbia;Alberta;Saskatchewan;Manitoba;Ontario;Quebec;Qu\u00e9bec;New Brunswick;Nova Scotia;Prince Edward Island;Newfoundland;Labrador;
    Yukon;Nunavut;Northwest Territories;New South Wales;NSW;Victoria;VIC;Queensland;QLD;
    South Australia;Western Australia;Tasmania;TAS;Northern Territory;Northern Ireland;Andhra Pradesh;Assam;Bihar;Chhattisgarh;Gujarat;
    Haryana;Himachal Pradesh;Jharkhand;Karnataka;Kerala;Madhya Pradesh;Maharashtra;Manipur;Odisha;Rajasthan;Tamil Nadu;Telangana;
    Uttar Pradesh;Uttarakhand;West Bengal;Bavaria;Bayern;Saxony;Sachsen;Hessen;Th\u00fcringen;Brandenburg;Tyrol;Tirol;Styria;Carinthia;Catalonia;
    Andalusia;Galicia;Tuscany;Sicily;Sardinia;Lombardy;Piedmont;Puglia;Calabria;Provence;Brittany;Normandy;Alsace;Flanders;Wallonia;Friesland;
    Chiapas;Oaxaca;Guerrero;Michoac\u00e1n;Jalisco;Sonora;Chihuahua;Sinaloa;Durango;Zacatecas;Guanajuato;Yucat\u00e1n;Quintana Roo;Tabasco;Veracruz;
    Minas Gerais;Bahia;Cear\u00e1;Pernambuco;Paran\u00e1;Santa Catarina;Antioquia;Gauteng;Limpopo;Mpumalanga;KwaZulu-Natal;Eastern Cape;
    Western Cape;Free State;Punjab;Sindh;Balochistan;Sichuan;Yunnan;Guangdong;Fujian;Hunan;Hubei;Henan;Zhejiang;Jiangsu;Hokkaido;Okinawa
    """.replace("\n", "")
    .replace("    ", "")
    .split(";")
)
"""Of other countries, as they stand behind a place; they may be named no more than a county, but a list of them is short."""

CODES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|"
    "OH|OK|OR|PA|PR|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|GU|VI|AP|AE|AA"
)

COMMON_SUFFIX = (
    r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|place|pl|circle|cir|way|terrace|"
    r"trail|parkway|pkwy|highway|hwy|square|plaza)"
)

_WORD = rf"(?:(?:St|Ste|Mt|Ft|Pt)\.|[{UPPER}](?:[\w'\u2019-]|\.(?=\w)){{0,40}})"
CITY = rf"(?![{UPPER}](?![\w.'\u2019-])){_WORD}(?: (?:{_WORD}|(?:a[dlnrstz]|ash|e[lsdrt])-{_WORD}|(?:de|del|la|of|the|du|sur|los|las|el|do|da|dos|das|di|della|den|der|sous|les|upon|le|am|an|im|nad|na|ob|pod|bei|près)(?!\w))){{0,4}}"

PLACE = rf"(?!(?:The|An?|Dr|Mr|Mrs|Ms|Miss|{STATE_NAMES})\b){CITY}"
"""The same, where a sentence or a person may begin, too."""

STATE_AND_ZIP = r"[A-Z]{2}[ ,]{1,3}[0-9]{5}"

_BEFORE_NAMES = frozenset({"New", "Old", "Upper", "Lower", "Little"})


def telling(name: str) -> str:
    """The word that tells whether a name can be a place: the first, but of `New Chloefort` the second."""
    first, *rest = name.split()
    return rest[0] if rest and first in _BEFORE_NAMES and rest[0][0].isupper() else first
