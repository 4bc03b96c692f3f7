"""What invented people, places, cars and offences are called.

Surnames are put together from two halves, so that no list of real people could have been copied. Words stand in the
order of how common they are: `Draw.common` takes from the front more often, because real surnames are not spread
evenly either, and matching has to cope.
"""


def _words(text: str, between: str = " ") -> tuple[str, ...]:
    return tuple(text.split(between))


_FIRST_HALVES = _words(
    "Hol Ash Brack Carr Dun El Fen Gar Hart Kel Lark Marl Nor Os Pem Rad Sel Tarr Wex Thorn Quill Vas"
)
_LAST_HALVES = _words(
    "man ley ton ford by wick worth well den low combe mere gate stead croft field more rick hurst nell vane dale"
)

SURNAMES = (
    *(first + last for last in _LAST_HALVES for first in _FIRST_HALVES),
    "De Los Rayos",
    "Del Arroyal",
    "Van der Holt",
    "St. Maren",
    "O'Tarran",
    "O'Kelvane",
    "D'Averil",
    "MacFenwick",
    "Núñaz",
    "Gutiérrano",
    "Beaulïeu",
    "Ångdahl",
    "Łaskowy",
)

GIVEN_BY_SEX = {
    "M": _words(
        "Aldric Bram Corwin Darrow Emmett Fintan Garrick Harlan Idris Jory Kellan Lucan Merrick Niall Osric Perrin "
        "Quillan Rhodri Silas Tobias Ulric Varian Wendell Yorick Zeb Ambrose Bastian Caspian Dorian Evander Florian "
        "Gideon Hugo Ivo Jasper Konrad Leander Marius Nestor Orson"
    ),
    "F": _words(
        "Abigael Briony Carys Delphine Elowen Ferelith Ginevra Hesper Isaura Jessamy Kerensa Linnea Marisela Nerys "
        "Odette Petronel Quenby Rosalind Sable Tamsin Una Verity Wynne Xanthe Ysolde Zinnia Amabel Beatrix Clemence "
        "Dulcie Esme Faye Guinevere Honora Imelda Juno Lavinia Maelle Noor Ottilie"
    ),
}

# County codes above 900 do not exist.
COUNTIES = {
    "901": "Pinelake",
    "902": "Marlow",
    "903": "Tamber",
    "904": "Redfern",
    "905": "Saltmarsh",
    "906": "Greyling",
    "907": "Copperfield",
    "908": "Thornbury",
    "909": "Lowick",
    "910": "Eastmere",
    "911": "Brindle",
    "912": "Wrenfield",
}

STREETS = _words(
    "Alder Rd,Quarry Ln,Mill Pond Dr,Old Ferry Rd,Juniper St,Cannery Row,Chapel Hollow Rd,Tobacco Barn Rd,Heron Ct,"
    "Foundry St,Sycamore Ave,Kiln Rd,Blackwater Dr,Orchard Ter,Depot St,Longleaf Way,Turnpike Rd,Gristmill Ln,"
    "Catbird Ct,Millrace Rd,Sawyer St,Stonewall Ct,Bellflower Ln,Rail Spur Rd",
    ",",
)

CARS = (
    ("Ford", "Escape"),
    ("Toyota", "Corolla"),
    ("Chevrolet", "Silverado"),
    ("Honda", "Civic"),
    ("Nissan", "Rogue"),
    ("Ford", "F-150"),
    ("Jeep", "Wrangler"),
    ("Hyundai", "Elantra"),
    ("Kia", "Soul"),
    ("Subaru", "Outback"),
    ("Dodge", "Charger"),
    ("GMC", "Sierra"),
)
COLOURS = ("white", "black", "gray", "silver", "blue", "red", "green", "brown", "gold")

RACES = ("W", "B", "A", "I", "U")
EYES = ("BRO", "BLU", "HAZ", "GRN", "GRY", "BLK")
HAIR = ("BRO", "BLK", "BLN", "GRY", "RED", "BAL")

RESTRICTIONS = ("Corrective lenses", "Daylight driving only", "45 miles an hour", "Ignition interlock", "Hand controls")
ENDORSEMENTS = ("Motorcycle", "School bus", "Passenger", "Tank vehicle")
WITHDRAWALS = (
    "Driving while impaired",
    "Failure to appear",
    "Failure to pay a fine",
    "No liability insurance",
    "Reckless driving",
)

# Offence, statute, degree.
TRAFFIC = (
    ("Speeding 71 in a 55 zone", "20-141(b)", "Infraction"),
    ("Driving while license revoked", "20-28(a)", "Misdemeanor class 3"),
    ("Expired registration", "20-111(2)", "Infraction"),
    ("Driving while impaired", "20-138.1", "Misdemeanor"),
    ("Unsafe movement", "20-154(a)", "Infraction"),
)
CRIMINAL = (
    ("Misdemeanor larceny", "14-72(a)", "Misdemeanor class 1"),
    ("Simple assault", "14-33(a)", "Misdemeanor class 2"),
    ("Possession of stolen goods", "14-71.1", "Felony class H"),
    ("Breaking and entering", "14-54(a)", "Felony class H"),
    ("Communicating threats", "14-277.1", "Misdemeanor class 1"),
    ("Resisting a public officer", "14-223", "Misdemeanor class 2"),
    ("Possession of a schedule II substance", "90-95(d)(2)", "Felony class I"),
    ("Obtaining property by false pretense", "14-100", "Felony class H"),
    ("Second degree trespass", "14-159.13", "Misdemeanor class 3"),
    ("Possession of a firearm by a felon", "14-415.1", "Felony class G"),
)
REGISTRABLE = ("Indecent liberties with a child", "Second degree sexual offense", "Sexual battery")

PRISONS = ("Tamber Correctional Institution", "Kiln Creek Correctional Center", "Lowick Prison", "Blackwater Prison")
DETAINERS = ("U.S. Marshals Service", "Immigration and Customs Enforcement")
CAUTIONS = (
    "Armed and dangerous",
    "Fights officers",
    "Escape risk",
    "Suicidal",
    "Violent when drinking",
    "Threatens officers",
)
