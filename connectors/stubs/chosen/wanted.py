"""People whom the courts, the registry or the prison have something to say about."""

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from connectors.stubs.chosen.templates import (
    Day,
    case_in_court,
    closed,
    issued_on,
    licence_of,
    seen_as,
    someone,
    under_supervision,
)
from connectors.stubs.truth import Charge, Custody, Name, Order, Person, Registration

_STOLEN_IDENTITY = "Identity in question: its owner says another used this name. Compare fingerprints."


def absconder(day: Day) -> Iterator[Person]:
    """Known to the courts by another name, to be arrested with care, and not where the registry has him."""
    person = someone("alias", Name("Kestrel", "Jory", "Alan"), date(1975, 8, 3), "7 Rail Spur Rd, Tamber, NC")
    person = replace(person, sid="NC0558120B", fbi="955812JK4", aliases=(Name("Falk", "Jory"),))
    as_falk = seen_as(person, name=Name("Falk", "Jory"), aliases=(), address="")
    in_his_own = seen_as(person, aliases=(), sid="", fbi="", licence="000094120887")
    case = case_in_court("26CR002218", "903", day.ago(31), as_falk)
    process = issued_on(day.ago(31), "order for arrest", case, "Failing to register")
    yield replace(
        person,
        licence=replace(licence_of(person, "000094120887", day), seen=in_his_own),
        processes=(replace(process, caution="Fought officers at his last arrest"),),
        registration=Registration(
            number="R047719",
            status="absconded",
            category="Sexually violent offender",
            offence="Sexual battery",
            registered=day.ago(2_000),
            verified=day.ago(240),
            caution="Threatens officers",
            note="Seen in Lowick; tell the Bureau of any contact",
            seen=seen_as(person),
            changed=day.ago(31),
        ),
        supervision=replace(
            under_supervision("0558120", "post-release supervision", day, seen_as(person)), status="absconded"
        ),
    )


def served_but_unreturned(day: Day) -> Iterator[Person]:
    """Arrested three days ago on a warrant that the clerk has not had back."""
    person = someone(
        "served warrant", Name("O'Brannock", "Fintan", "Rhys"), date(1969, 6, 14), "81 Foundry St, Redfern, NC"
    )
    threat = "Communicating threats"
    case = replace(
        case_in_court("26CR003951", "904", day.ago(4), seen_as(person)),
        charges=(Charge(threat, "14-277.1", "Misdemeanor class 1"),),
        hearing=day.ahead(24),
    )
    warrant = issued_on(day.ago(4), "warrant for arrest", case, threat)
    yield replace(
        person,
        licence=licence_of(person, "000094511808", day),
        processes=(replace(warrant, served=day.ago(3), changed=day.ago(3)),),
        cases=(case,),
    )


def released_tomorrow(day: Day) -> Iterator[Person]:
    """In prison until tomorrow, wanted by a federal agency next, and without her accents on her licence."""
    person = someone(
        "released tomorrow",
        Name("Peñalva", "Zoë", "Maëlle"),
        date(1999, 1, 27),
        "31 Blackwater Dr, Copperfield, NC",
        sex="F",
    )
    person = replace(person, sid="NC0883017K", fbi="988301ZP6")
    bare = seen_as(person, name=Name("Penalva", "Zoe", "Maelle"), sid="", fbi="", licence="000094733065")
    fraud = Charge("Obtaining property by false pretense", "14-100", "Felony class H")
    yield replace(
        person,
        licence=replace(licence_of(person, "000094733065", day), seen=bare),
        cases=(closed(case_in_court("25CR002870", "907", day.ago(600), seen_as(person)), fraud, "10 to 21 months"),),
        custody=Custody(
            opus="0883017",
            status="in prison",
            facility="Kiln Creek Correctional Center",
            offence=fraud.description,
            sentence="10 to 21 months",
            admitted=day.ago(540),
            release=day.ahead(1),
            detainer="U.S. Marshals Service",
            seen=seen_as(person),
            changed=day.ago(1),
        ),
    )


def stolen_identity(day: Day) -> Iterator[Person]:
    """She is clean; a case and an order for arrest carry her name, birth date and licence, and another's SID."""
    owner = someone(
        "stolen identity", Name("Wrexhall", "Odette", "Carys"), date(1988, 7, 22), "17 Juniper St, Lowick, NC", sex="F"
    )
    yield replace(owner, licence=licence_of(owner, "000095117734", day))
    thief = someone(
        "identity thief", Name("Madrow", "Sable", "Quinn"), date(1986, 2, 3), "402 Depot St, Marlow, NC", sex="F"
    )
    thief = replace(thief, sid="NC0660925M", fbi="966092SM1")
    as_owner = seen_as(thief, name=owner.name, born=owner.born, address=owner.address, licence="000095117734", fbi="")
    as_owner = replace(as_owner, caveat=_STOLEN_IDENTITY)
    fraud = Charge("Obtaining property by false pretense", "14-100", "Felony class H")
    case = replace(case_in_court("26CR000318", "909", day.ago(120), as_owner), charges=(fraud,))
    yield replace(
        thief,
        cases=(case,),
        processes=(issued_on(day.ago(70), "order for arrest", case, fraud.description),),
        supervision=under_supervision("0660925", "probation", day, seen_as(thief)),
    )


def juvenile(day: Day) -> Iterator[Person]:
    """Fifteen: his case and the order to take him into custody are sealed; his learner's permit is not."""
    born = day.ago(15 * 365 + 204)
    person = someone("juvenile", Name("Talloway", "Perrin", "Jude"), born, "5 Chapel Hollow Rd, Eastmere, NC")
    case = case_in_court("26JB000046", "910", day.ago(40), seen_as(person))
    permit = replace(licence_of(person, "000095540272", day), card_class="Learner", issued=day.ago(90))
    yield replace(
        person,
        licence=replace(permit, changed=day.ago(90)),
        cases=(
            replace(
                case,
                category="juvenile",
                charges=(Charge("Misdemeanor larceny", "14-72(a)", "Misdemeanor class 1"),),
                hearing=day.ahead(6),
                juvenile=True,
            ),
        ),
        orders=(
            Order(
                kind="secure custody order",
                file="26JB000046",
                county="910",
                status="in force",
                conditions="Take into custody and call the juvenile court counselor.",
                issued=day.ago(5),
                expires=day.ahead(25),
                seen=seen_as(person),
                changed=day.ago(5),
                sealed="juvenile",
            ),
        ),
    )


def protected_person(day: Day) -> Iterator[Person]:
    """He may not come near her; her address is confidential everywhere, and that the court moved her is sealed."""
    her = someone(
        "protected address", Name("Larkmoor", "Isaura", "Beth"), date(1979, 4, 2), "96 Longleaf Way, Wrenfield, NC"
    )
    her = replace(her, sex="F", protected=True)
    him = someone(
        "restrained", Name("Cuthridge", "Dorn", "Abel"), date(1972, 10, 30), "140 Mill Pond Dr, Thornbury, NC"
    )
    him = replace(him, sid="NC0347719C", fbi="934771DC0")
    order = Order(
        kind="domestic violence protective order",
        file="26CVD000412",
        county="908",
        status="in force",
        conditions="No contact. Stay 500 feet away. Surrender all firearms.",
        issued=day.ago(45),
        expires=day.ahead(320),
        served=day.ago(44),
        protects=her.name,
        seen=seen_as(him),
        changed=day.ago(44),
    )
    yield replace(
        him,
        licence=licence_of(him, "000096018445", day),
        orders=(order,),
        supervision=under_supervision("0347719", "probation", day, seen_as(him)),
    )
    moved = replace(
        order,
        file="26CVD000413",
        kind="address confidentiality order",
        conditions="Moved.",
        protects=None,
        sealed="witness",
        seen=seen_as(her),
    )
    yield replace(her, licence=licence_of(her, "000096018452", day), orders=(moved,))


def sixty_cases(day: Day) -> Iterator[Person]:
    """More cases than a page holds; one is heard in five days."""
    person = someone(
        "sixty cases", Name("Brackenridge", "Tobias", "Earl"), date(1966, 9, 12), "2 Turnpike Rd, Pinelake, NC"
    )
    person = replace(person, sid="NC0120606T")
    seen = seen_as(person, licence="000096660606")
    speeding = Charge("Speeding 71 in a 55 zone", "20-141(b)", "Infraction")
    old = (case_in_court(f"{10 + n // 4}CR{6_000 + n:06d}", "901", day.ago(5_900 - 90 * n), seen) for n in range(59))
    due = replace(case_in_court("26CR006059", "901", day.ago(30), seen), charges=(speeding,), hearing=day.ahead(5))
    yield replace(
        person,
        licence=replace(licence_of(person, "000096660606", day), status="ELG"),
        cases=(*(closed(case, speeding, "Fine of $60") for case in old), due),
    )
