"""Places, facilities and months for the corpus; invented or common, half of them held out."""

from __future__ import annotations

# City, state, first three digits of its ZIP codes.
CITIES = (
    ("Akron", "OH", "443"), ("Albany", "NY", "122"), ("Amarillo", "TX", "791"), ("Asheville", "NC", "288"),
    ("Bakersfield", "CA", "933"), ("Baton Rouge", "LA", "708"), ("Boise", "ID", "837"), ("Bridgeport", "CT", "066"),
    ("Cedar Rapids", "IA", "524"), ("Chattanooga", "TN", "374"), ("Cincinnati", "OH", "452"), ("Dayton", "OH", "454"),
    ("Des Moines", "IA", "503"), ("Durham", "NC", "277"), ("El Paso", "TX", "799"), ("Eugene", "OR", "974"),
    ("Fargo", "ND", "581"), ("Flagstaff", "AZ", "860"), ("Fort Wayne", "IN", "468"), ("Fresno", "CA", "937"),
    ("Grand Rapids", "MI", "495"), ("Green Bay", "WI", "543"), ("Hartford", "CT", "061"), ("Kalamazoo", "MI", "490"),
    ("Knoxville", "TN", "379"), ("Lancaster", "PA", "176"), ("Las Cruces", "NM", "880"), ("Lincoln", "NE", "685"),
    ("Macon", "GA", "312"), ("Mesa", "AZ", "852"), ("Missoula", "MT", "598"), ("Modesto", "CA", "953"),
    ("Newark", "NJ", "071"), ("Ogden", "UT", "844"), ("Omaha", "NE", "681"), ("Pasadena", "CA", "911"),
    ("Peoria", "IL", "616"), ("Portland", "OR", "972"), ("Providence", "RI", "029"), ("Reno", "NV", "895"),
    ("Rochester", "MN", "559"), ("Salem", "OR", "973"), ("San Antonio", "TX", "782"), ("Savannah", "GA", "314"),
    ("Scranton", "PA", "185"), ("Spokane", "WA", "992"), ("St. Cloud", "MN", "563"), ("Syracuse", "NY", "132"),
    ("Tacoma", "WA", "984"), ("Toledo", "OH", "436"), ("Topeka", "KS", "666"), ("Tulsa", "OK", "741"),
    ("Waco", "TX", "767"), ("Wichita", "KS", "672"), ("Worcester", "MA", "016"), ("Yakima", "WA", "989"),
)  # fmt: skip

STREETS = (
    "Maple", "Oak Hill", "Cedar", "Elm", "Birchwood", "Lakeview", "Washington", "Franklin", "Prospect", "Mill",
    "Sunset", "Highland", "Meadow", "Willow Creek", "Jefferson", "Church", "Ridge", "Park", "Chestnut", "Magnolia",
    "Juniper", "Sycamore", "Hawthorne", "Fairview", "Monroe", "Orchard", "Pleasant Valley", "Quarry", "Stonebridge",
    "Kensington", "MLK Jr", "N 5th", "W 42nd", "SE Hawthorne", "County Line", "Old Post", "Foxglove", "Bayshore",
)  # fmt: skip
SUFFIXES = (("St", "Ave", "Rd", "Drive", "Lane", "Blvd", "Court"), ("Street", "Avenue", "Dr", "Ln", "Way", "Pl", "Ct"))
UNITS = (("Apt {n}", "#{n}", "Unit {l}"), ("Apt. {n}{l}", "Suite {n}", "Unit {n}"))

SAINTS = ("Brendan", "Luke", "Agnes", "Vincent", "Mary", "Joseph", "Clare", "Raphael", "Anne", "Elizabeth")
FOUNDERS = ("Harlow", "Whitfield", "Ashcombe", "Delacroix", "Lindqvist", "Okafor", "Brantley", "Hennessey")
RIVERS = (
    "Cedar Valley",
    "Riverbend",
    "Lakeshore",
    "North Fork",
    "Bluestone",
    "Pine Ridge",
    "Harbor Point",
    "Twin Oaks",
)
FACILITIES = (
    (
        "St. {saint} Medical Center", "{founder} Memorial Hospital", "{river} Community Hospital",
        "{city} General Hospital",
        "{river} Family Medicine", "{founder} Cancer Institute", "{city} Children's Hospital", "{river} Nursing Home",
        "University Hospital of {city}", "{founder} Dialysis Center",
    ),
    (
        "St. {saint}'s Hospital", "{founder} Regional Medical Center", "{river} Health Clinic",
        "{city} VA Medical Center",
        "{river} Urgent Care", "{founder} Heart Institute", "{city} Women's Clinic", "{river} Rehabilitation Center",
        "Mercy Hospital {city}", "{founder} Skilled Nursing Facility",
    ),
)  # fmt: skip

COUNTIES = (
    "Washtenaw",
    "Maricopa",
    "Fulton",
    "Hennepin",
    "Lancaster",
    "Clackamas",
    "Dakota",
    "Shelby",
    "Orange",
    "Kern",
)
LAST_NAMES = (
    ("Nguyen", "Garcia", "Patel", "Kim", "Rodriguez", "Okonkwo", "Cohen", "Begum", "Ali", "Wright", "Torres", "Haddad"),
    (
        "Tran",
        "Martinez",
        "Sharma",
        "Park",
        "Hernandez",
        "Adeyemi",
        "Levy",
        "Khan",
        "Hussein",
        "Baker",
        "Flores",
        "Nasser",
    ),
)
FIRST_NAMES = (
    ("Linh", "Maria", "Priya", "Ji-woo", "Carlos", "Chidi", "Miriam", "Fatima", "Omar", "Shaniqua", "DeShawn", "Grace"),
    ("Minh", "Guadalupe", "Anjali", "Seo-yeon", "Luis", "Ngozi", "Avi", "Aisha", "Yusuf", "LaTonya", "Jamal", "Faith"),
)
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
